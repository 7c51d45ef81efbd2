"""The bench programs work, at sizes that say nothing about speed."""

import subprocess
import sys
from pathlib import Path

import pytest
from yaml import safe_load_all

from bench.generated import FILES_OF_A_SERVICE, Sample
from bench.table import Figure, markdown

ROOT = Path(__file__).parents[2]


def test_a_sample_is_as_large_as_asked_for_and_all_of_it_is_yaml() -> None:
    contents = dict(Sample(400).contents())
    assert len([path for path in contents if path.endswith(".yaml") and not path.startswith(".")]) == 400
    assert all(list(safe_load_all(content)) for content in contents.values())


def test_changes_are_as_large_as_asked_for_and_never_alike() -> None:
    sample = Sample(50 * FILES_OF_A_SERVICE)
    contents = dict(sample.contents())
    for files in (1, 20, 50):
        one, other = sample.change(files, 1), sample.change(files, 2)
        assert len(one) == files
        assert one.keys() <= contents.keys()
        assert all(one[path] not in (content, contents[path]) for path, content in other.items())
    with pytest.raises(ValueError, match="only 50 files"):
        sample.change(51, 1)


def test_figures_say_whether_they_hold() -> None:
    figures = [Figure("a", 0.5, most=0.8), Figure("b", 1234.0, most=5, unit=" ms"), Figure("c", 0.2, least=0.3), Figure("d", 1)]
    assert [line.split(" | ")[1:4] for line in markdown(figures)][2:] == [
        ["≤ 0.8", "0.5", "holds"],
        ["≤ 5 ms", "1,234 ms", "**missed**"],
        ["≥ 0.3", "0.2", "**missed**"],
        ["", "1", ""],
    ]


@pytest.mark.slow
def test_every_bench_works(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "bench", "--small", "--folder", str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for part in (
        "warm fetch + yamllint",
        "CI job",
        "same head again",
        "merge result",
        "schema stage",
        "peak memory",
        "p99",
        "kill -9",
    ):
        assert part in done.stdout
    lost = next(line for line in done.stdout.splitlines() if line.startswith("| webhooks lost"))
    assert "| 0 | holds |" in lost
