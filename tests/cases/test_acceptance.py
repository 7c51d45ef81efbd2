"""The acceptance cases: those that were given against the program as it is installed, our own in this process, for speed."""

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance import Answer, Case, build, cases, departures

from app.cli.main import application

FAIRLEAD = Path(sys.executable).with_name("fairlead")
Run = Callable[[list[str]], Answer]


def installed(words: list[str]) -> Answer:
    """What the program answers."""
    done = subprocess.run([FAIRLEAD, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    return Answer(done.returncode, json.loads(done.stdout), done.stdout + done.stderr)


def in_process(words: list[str]) -> Answer:
    """What its command line answers without a start."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as complaints:
        status = application()(words, standalone_mode=False)
    return Answer(status, json.loads(out.getvalue()), out.getvalue() + complaints.getvalue())


GIVEN = [(case, installed) for case in cases()]
OWN = [(case, in_process) for case in cases("own.json")]


@pytest.mark.parametrize(
    ("case", "run"), [pytest.param(case, run, id=f"{case['id']} {case['title']}") for case, run in (*GIVEN, *OWN)]
)
def test_case(case: Case, run: Run, tmp_path: Path) -> None:
    repository, base, head = build(case, tmp_path / "repository")
    answer = run(["check", "--repo", str(repository.path), "--base", base, "--head", head, "--format", "json"])
    assert (answer.report["base"], answer.report["head"]) == (base, head)
    assert list(departures(case, answer)) == []
