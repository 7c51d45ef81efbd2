"""A command that people run after each edit has to answer at once: its time as a multiple of Python's own start."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from repositories import new_repository

FAIRLEAD = str(Path(sys.executable).with_name("fairlead"))
ROUNDS = 5


def ratio(words: Sequence[str]) -> float:
    """How many times longer `words` takes than `python -c pass`, both measured in turns."""
    pairs = [(_seconds([sys.executable, "-c", "pass"]), _seconds(words)) for _ in range(ROUNDS)]
    return statistics.median(taken for _, taken in pairs) / statistics.median(bare for bare, _ in pairs)


def _seconds(words: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def test_help_comes_at_once() -> None:
    assert ratio([FAIRLEAD, "--help"]) <= 15


@pytest.mark.slow
def test_one_changed_file_is_checked_at_once(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "gitops")
    manifest = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
    repository.commit({"web.yaml": manifest}, branch="main")
    repository.git("reset", "-q", "--hard")
    (repository.path / "web.yaml").write_bytes(manifest + b"data: {a: b}\n")
    assert ratio([FAIRLEAD, "check", "--repo", str(repository.path)]) <= 40
