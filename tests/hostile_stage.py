"""A small language for hostile cases: one change in a real repository, taken through the real command line and measured."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from repositories import ENVIRONMENT, Repository, new_repository

from validators.trees.memory import Content

FAIRLEAD = Path(sys.executable).with_name("fairlead")
SOUND = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
SECRET_OF_THE_MACHINE = "canary-in-the-environment-5d1c"
MIB = 1024**2
ON_THE_SERVICE = pytest.mark.asyncio(loop_scope="module")
NUMBERS = itertools.count(1)
"""The numbers of changes on the service that all tests share."""

LONGEST = 300
"""Seconds after which a run is taken for one that never ends."""


@dataclass(frozen=True)
class Case:
    """One hostile thing: `id` names the case and `kind` which of its kinds, `files` are what the change adds.

    `rules` are those of which one has to be found, new and as an error, in the first of the files; on `line` where it is given.
    """

    id: str
    kind: str
    files: Mapping[str, Content]
    rules: tuple[str, ...] = ()
    line: int | None = None
    base: Mapping[str, Content] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file that is looked at."""
        return next(iter(self.files))


def each(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """A test for each case, found by the case's id."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.id}-{case.kind}") for case in cases])


def quick(values: Iterable[object], first: int) -> list[object]:
    """The values for a test, of which only the `first` are tried in the quick part."""
    tried = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*one, marks=() if number < first else pytest.mark.slow) for number, one in enumerate(tried)]


@dataclass(frozen=True)
class Checked:
    """What `fairlead check` said, and what it cost: seconds of processor time, bytes of memory at the peak."""

    status: int
    stdout: bytes
    stderr: str
    seconds: float
    memory: int

    @property
    def report(self) -> dict[str, Any]:
        """What `--format json` printed."""
        loaded: dict[str, Any] = json.loads(self.stdout)
        return loaded

    @property
    def state(self) -> str:
        """The verdict's state."""
        return str(self.report["verdict"]["state"])

    @property
    def broken(self) -> list[str]:
        """Validators that could not run."""
        return [one["name"] for one in self.report["validators"] if one["outcome"] == "broken"]

    def findings(self, path: str) -> list[dict[str, Any]]:
        """What was found in a file."""
        return [one for one in self.report["findings"] if one["path"] == path]

    def blocking(self, path: str) -> set[tuple[str, int | None]]:
        """Rule and line of the new errors in a file."""
        found = self.findings(path)
        return {(one["rule"], one["line"]) for one in found if (one["severity"], one["status"]) == ("error", "new")}

    def notes(self, path: str) -> list[str]:
        """Why a file, or a part of it, was not checked."""
        notes = [note for one in self.report["validators"] for note in one["coverage"]["not_checked"]]
        return [note["why"] for note in notes if note["what"] == path]


@dataclass(frozen=True)
class Change:
    """A change in a repository: the commits `base` and `head`."""

    repository: Repository
    base: str
    head: str

    def check(self, *words: str, form: str = "json") -> Checked:
        """`fairlead check` on it, in a process of its own whose cost is measured."""
        asked = ("check", "--repo", str(self.repository.path), "--base", self.base, "--head", self.head, "--format", form)
        return fairlead(*asked, *words)


_MEASURED = """
import os, sys
facts, program = int(sys.argv[1]), sys.argv[2:]
os.set_inheritable(facts, False)
_, status, usage = os.wait4(os.posix_spawn(program[0], program, os.environ), 0)
os.write(facts, f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}".encode())
"""
"""Runs a program and tells what it and those that it started cost. It stands between because the peak of a process begins with
that of the one it was forked from, and the tests' own is a large one: https://man7.org/linux/man-pages/man2/getrusage.2.html"""


def fairlead(*words: str) -> Checked:
    """The program, with an environment in which nothing but a canary is to be found."""
    surroundings = {"PATH": ENVIRONMENT["PATH"], "DATABASE_PASSWORD": SECRET_OF_THE_MACHINE}
    with TemporaryFile() as stdout, TemporaryFile() as stderr, TemporaryFile() as facts:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _MEASURED, str(facts.fileno()), FAIRLEAD, *words],
            env=surroundings,
            stdout=stdout,
            stderr=stderr,
            pass_fds=[facts.fileno()],
            start_new_session=True,
        )
        watchdog = threading.Timer(LONGEST, os.killpg, (process.pid, signal.SIGKILL))
        watchdog.start()
        process.wait()
        watchdog.cancel()
        for file in (stdout, stderr, facts):
            file.seek(0)
        said, complained = stdout.read(), stderr.read().decode("utf-8", "replace")
        status, seconds, kibibytes = facts.read().split()
    return Checked(int(status), said, complained, float(seconds), int(kibibytes) * 1024)


def change(folder: Path, files: Mapping[str, Content], base: Mapping[str, Content] | None = None) -> Change:
    """A change that puts `files` onto a base of one sound manifest and the files of `base`."""
    repository = new_repository(folder / "gitops")
    there = {"web.yaml": SOUND, **(base or {})}
    start = repository.commit(there, branch="main")
    return Change(repository, start, repository.commit({**there, **files}, start))


def change_to_tree(folder: Path, lines: Iterable[bytes]) -> Change:
    """A change to a tree object of these lines (mode, type, id and name as `git mktree` takes them)."""
    made = change(folder, {})
    tree = made.repository.git("mktree", "--missing", stdin=b"".join(lines))
    return Change(made.repository, made.base, made.repository.commit(tree, made.base))


def held(checked: Checked, case: Case) -> None:
    """The change is kept from merging by a finding that names the file and the reason, and the program is in good health."""
    assert checked.status == 1, checked.stderr
    assert checked.state == "failure"
    assert_found(checked, case)


def assert_found(checked: Checked, case: Case) -> None:
    """The case's own file is blocked for the right reason, and no validator broke over it."""
    assert checked.broken == [], checked.report["verdict"]["reasons"]
    blocking = checked.blocking(case.path)
    assert {rule for rule, _ in blocking} & set(case.rules), (blocking, checked.findings(case.path))
    if case.line is not None:
        assert case.line in {line for rule, line in blocking if rule in case.rules}, blocking
    assert "Traceback" not in checked.stderr
