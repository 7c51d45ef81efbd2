"""yamllint over many files: the same complaints however many processes share the work."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from validators.change import ToolFailed
from validators.yaml_lint import linting
from validators.yaml_lint.model import Job

RULES = "rules: {trailing-spaces: enable}"


def jobs(number: int, size: int) -> list[Job]:
    return [Job(f"{index}.yaml", b"a: 1\n" * size + b"b: 2 \n" * (index % 3)) for index in range(number)]


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor")
def test_more_processes_say_the_same_in_the_same_order() -> None:
    many = jobs(12, 2200)
    assert len(linting._shares(many)) > 1
    together = linting.lint(many, RULES)
    assert together == [linting.lint([job], RULES)[0] for job in many]
    assert [len(complaints) for complaints in together] == [0, 1, 2] * 4


def test_few_small_files_start_no_process() -> None:
    assert len(linting._shares(jobs(20, 100))) == 1


def test_nothing_to_lint() -> None:
    assert linting.lint([], RULES) == []


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(ToolFailed, match="ended by itself"):
        linting._in_another_process(jobs(1, 1), "rules: {no-such-rule: enable}")


def test_the_helping_process_ends_when_this_one_is_killed() -> None:
    program = (
        "from validators.yaml_lint import linting; from validators.yaml_lint.model import Job\n"
        "if __name__ == '__main__':\n"
        "    print('ready', flush=True)\n"
        "    linting.lint([Job(f'{i}', b'a: 1\\n' * 20_000) for i in range(8)], 'extends: default')\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        helper = _wait_for_child(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 60
    while _runs(helper) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(helper)


def _wait_for_child(parent: int) -> int:
    for _ in range(200):
        lists = [tasks.read_text().split() for tasks in Path(f"/proc/{parent}/task").glob("*/children")]
        helpers = [int(pid) for pids in lists for pid in pids if _runs(int(pid))]
        if helpers:
            return helpers[0]
        time.sleep(0.05)
    raise AssertionError("no helping process was started")


def _runs(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and b"spawn_main" in command.read_bytes()
