"""What a person at a terminal sees of a long check, and that nobody else sees anything."""

import os
import pty
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from repositories import ENVIRONMENT, Repository, new_repository

from app.cli.progress import FIRST_SECONDS, ProgressLine, shown
from validators.judge import Progress, State

FAIRLEAD = Path(sys.executable).with_name("fairlead")


def test_the_line_tells_the_check_the_files_and_the_seconds() -> None:
    now = iter([100.0, 102.2, 103.6, 109.0])
    line = ProgressLine(lambda: next(now))
    assert line.text == "reading the change, 2 s"
    for name in ("files", "yaml_lint", "schema"):
        line.heard(Progress(name, 0, 8400, State.WAITING))
    line.heard(Progress("files", 8400, 8400, State.DONE))
    line.heard(Progress("yaml_lint", 4200, 8400, State.RUNNING))
    assert line.text == "yaml_lint, check 2 of 3: 4,200 of 8,400 files, 4 s"
    line.heard(Progress("yaml_lint", 8400, 8400, State.DONE))
    assert line.text == "reading the change, 9 s"


def drawn(*, wanted: bool, seconds: float) -> bytes:
    """What a terminal got while `seconds` passed."""
    ours, theirs = pty.openpty()
    with shown(to=theirs, wanted=wanted) as on_progress:
        on_progress(Progress("schema", 3, 8, State.RUNNING))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.01)
    os.close(theirs)
    return everything(ours)


def everything(terminal: int) -> bytes:
    """What was written on a terminal that nobody writes on any more."""
    said = b""
    with suppress(OSError):  # EIO: the other end is closed
        while part := os.read(terminal, 100_000):
            said += part
    os.close(terminal)
    return said


def test_a_long_check_shows_one_line_that_is_gone_in_the_end() -> None:
    said = drawn(wanted=True, seconds=FIRST_SECONDS + 0.5).decode()
    assert said.startswith("\r\x1b[2Kfairlead: schema, check 1 of 1: 3 of 8 files, 1 s")
    assert said.endswith("\r\x1b[2K")
    assert "\n" not in said


def test_a_quick_check_and_one_that_nobody_watches_show_nothing() -> None:
    assert drawn(wanted=True, seconds=0.1) == b""
    assert drawn(wanted=False, seconds=FIRST_SECONDS + 0.3) == b""


@pytest.fixture
def many(tmp_path: Path) -> Repository:
    """A repository with enough manifests to take more than a second."""
    made = new_repository(tmp_path / "gitops")
    made.commit(
        {f"a{number}.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" for number in range(1500)}, branch="main"
    )
    made.git("reset", "-q", "--hard")
    return made


@pytest.mark.slow
@pytest.mark.parametrize("quiet", [True, False])
def test_at_a_terminal_a_long_check_says_how_far_it_is_unless_it_is_to_be_quiet(many: Repository, *, quiet: bool) -> None:
    ours, theirs = pty.openpty()
    words: list[str | Path] = [FAIRLEAD, "check", "--all", "--repo", many.path, *(["--quiet"] if quiet else [])]
    surroundings = {"PATH": ENVIRONMENT["PATH"], "TERM": "xterm"}
    done = subprocess.run(words, env=surroundings, stdout=subprocess.PIPE, stderr=theirs, timeout=120, check=True)
    os.close(theirs)
    said = everything(ours).decode()
    assert done.stdout.startswith(b"Ready to merge")
    assert ("of 3,000 files" in said) is not quiet
