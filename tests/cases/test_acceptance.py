"""The acceptance cases, each against the program as it is installed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from acceptance import Answer, Case, build, cases, departures

FAIRLEAD = Path(sys.executable).with_name("fairlead")


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['id']} {case['title']}") for case in cases()])
def test_case(case: Case, tmp_path: Path) -> None:
    repository, base, head = build(case, tmp_path / "repository")
    words = ["check", "--repo", str(repository.path), "--base", base, "--head", head, "--format", "json"]
    done = subprocess.run([FAIRLEAD, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    answer = Answer(done.returncode, json.loads(done.stdout), done.stdout + done.stderr)
    assert (answer.report["base"], answer.report["head"]) == (base, head)
    assert list(departures(case, answer)) == []
