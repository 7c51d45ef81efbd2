"""What a foreign program meets: an empty place, limits, and a sure end."""

import asyncio
import contextlib
import signal
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from validators.change import ToolFailed, ToolMissing
from validators.confinement import MIB
from validators.sandbox import Limits, Stopped, Walls, run, run_async, start

PYTHON = Walls(reads=(Path(sys.base_prefix), Path(sys.prefix)))


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", textwrap.dedent(code)]


def running(word: str) -> bool:
    """Whether a process has this word in its argument list."""
    found = False
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            found |= word.encode() in place.read_bytes().split(b"\0")
    return found


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_program_gets_its_input_and_gives_its_output() -> None:
    done = run(["cat"], stdin=b"x" * 500_000)
    assert done.ok
    assert done.stdout == b"x" * 500_000
    assert (done.stderr, done.stdout_truncated, done.stderr_truncated) == (b"", False, False)


def test_a_program_that_reads_nothing_does_not_hold_us_up() -> None:
    assert run(["true"], stdin=b"x" * 5_000_000).ok


def test_the_environment_is_a_few_fixed_words() -> None:
    done = run(["env"], environment={"HELM_CACHE_HOME": "/x"}, walls=None)
    names = {line.split("=")[0] for line in done.stdout.decode().splitlines()}
    assert names == {"PATH", "HOME", "LANG", "TMPDIR", "HELM_CACHE_HOME"}


@pytest.mark.parametrize("walls", [Walls(), None])
def test_home_is_empty_writable_and_gone_afterwards(walls: Walls | None) -> None:
    done = run(["sh", "-c", "echo $HOME; ls -A $HOME; pwd; touch $HOME/x && echo written"], walls=walls)
    home, folder, written = done.stdout.decode().split()
    assert (folder, written) == (home, "written")
    assert not Path(home).exists()


def test_words_are_never_read_by_a_shell(tmp_path: Path) -> None:
    done = run(["echo", f"$(touch {tmp_path}/canary)", "; ls"], walls=None)
    assert done.stdout.decode() == f"$(touch {tmp_path}/canary) ; ls\n"
    assert not (tmp_path / "canary").exists()


def test_a_flood_is_cut_at_the_cap() -> None:
    done = run(["yes"], limits=Limits(output=100_000))
    assert (done.stopped, done.stdout_truncated, len(done.stdout)) == (Stopped.OUTPUT, True, 100_000)
    assert done.how == "stopped because it printed more than 100000 bytes"
    assert not done.ok


def test_a_program_that_ended_before_it_could_be_stopped_was_cut_off_all_the_same() -> None:
    with start(["sh", "-c", "printf 12345678901234567890"], limits=Limits(output=10)) as child:
        child.wait()
        done = child.finish()
    assert (done.ok, done.status, done.stopped, done.stdout) == (False, 0, Stopped.OUTPUT, b"1234567890")


def test_a_flood_of_complaints_is_dropped_beyond_the_cap() -> None:
    done = run(["sh", "-c", "head -c 3000000 /dev/zero >&2; echo done"], limits=Limits(errors=1000))
    assert (done.ok, done.stdout, done.stderr_truncated, len(done.stderr)) == (True, b"done\n", True, 1000)


def test_time_is_limited_and_sigterm_is_not_asked_for() -> None:
    done = run(["sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done"], limits=Limits(wall=0.3))
    assert done.stopped is Stopped.TIME
    assert done.seconds < 3
    assert "its time limit" in done.how


def test_a_closed_output_does_not_hide_a_program_from_its_limit() -> None:
    done = run(["sh", "-c", "exec >&- 2>&-; sleep 60"], limits=Limits(wall=0.3))
    assert (done.stopped, done.seconds < 3) == (Stopped.TIME, True)


@pytest.mark.parametrize("walls", [Walls(), None])
def test_grandchildren_end_with_the_program(walls: Walls | None) -> None:
    done = run(["sh", "-c", "(trap '' TERM; exec sleep 54321) & echo started"], walls=walls)
    assert done.stdout == b"started\n"
    assert done.seconds < 3  # the grandchild held the output open
    time.sleep(0.1)
    assert not running("54321")


def test_memory_is_limited() -> None:
    done = run(python("len(bytearray(400 * 1024 * 1024))"), limits=Limits(memory=200 * MIB), walls=PYTHON)
    assert b"MemoryError" in done.stderr


def test_processor_time_is_limited() -> None:
    done = run(["sh", "-c", "while :; do :; done"], limits=Limits(cpu=1, wall=20))
    assert not done.ok
    assert done.stopped is None
    assert done.seconds < 15


def test_files_are_limited() -> None:
    done = run(["sh", "-c", "head -c 5000000 /dev/zero > $HOME/big; ls -l $HOME/big"], limits=Limits(file_size=MIB))
    assert " 1048576 " in done.stdout.decode()


def test_no_core_is_left(tmp_path: Path) -> None:
    done = run(["sh", "-c", "ulimit -c; kill -SEGV $$"], folder=tmp_path, walls=None)
    assert done.stdout == b"0\n"
    assert done.how == "killed by SIGSEGV"
    assert list(tmp_path.iterdir()) == []


def test_folders_given_can_be_read_and_only_scratch_written(tmp_path: Path) -> None:
    given, scratch, other = (tmp_path / name for name in ("given", "scratch", "other"))
    for folder in (given, scratch, other):
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    script = f"cat {given}/file {scratch}/file {other}/file; touch {scratch}/new {given}/new {other}/new"
    done = run(["sh", "-c", script], walls=Walls(reads=(given,), scratch=scratch))
    assert done.stdout == b"givenscratch"
    assert [(folder / "new").exists() for folder in (given, scratch, other)] == [False, True, False]


def test_a_program_outside_the_system_can_be_run(tmp_path: Path) -> None:
    program = tmp_path / "tool"
    program.write_text("#!/bin/sh\necho ran $1\n")
    program.chmod(0o755)
    assert run([program, "well"]).stdout == b"ran well\n"


def test_a_program_that_is_not_there_is_missing() -> None:
    with pytest.raises(ToolMissing, match="no-such-tool is not installed"):
        run(["no-such-tool"])


def test_a_file_that_is_no_program_is_missing(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("x")
    with pytest.raises(ToolMissing):
        run([tmp_path / "tool"])


def test_a_folder_that_is_not_there_fails_the_start(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="true could not be started"):
        run(["true"], folder=tmp_path / "gone")


@pytest.mark.parametrize("path", ["/no/such/folder", "relative"])
def test_a_folder_that_cannot_be_shown_fails_the_start(path: str) -> None:
    with pytest.raises(ToolFailed, match="can't be shown to true"):
        run(["true"], walls=Walls(reads=(Path(path),)))


def test_a_signal_is_named_from_behind_walls_too() -> None:
    done = run(["sh", "-c", "kill -SEGV $$"])
    assert not done.ok
    assert done.how.endswith("SIGSEGV")


def test_a_lasting_child_answers_until_it_is_closed() -> None:
    with start(["cat"]) as child:
        for word in (b"one\n", b"two\n"):
            child.stdin.write(word)
            assert child.stdout.readline() == word
        assert child.status is None
    assert child.wait() == -signal.SIGKILL
    child.close()


def test_killing_a_child_ends_its_session_and_wakes_who_reads() -> None:
    with start(["sh", "-c", "sleep 98765 & sleep 98765"]) as child:
        threading.Timer(0.2, child.kill).start()
        assert child.stdout.read() == b""
        child.wait()
        time.sleep(0.1)
        assert not running("98765")


def test_what_a_child_complains_of_is_kept() -> None:
    with start(["sh", "-c", "echo trouble >&2; exec cat"]) as child:
        child.stdin.write(b"x\n")
        child.stdout.readline()
        child.stdin.close()
        child.wait()
        assert child.complaint() == "trouble\n"


def test_our_engine_can_put_walls_around_the_programs_it_starts() -> None:
    root = Path(__file__).resolve().parents[2]
    inner = python(
        f"""
        import sys; sys.path.insert(0, {str(root)!r})
        from validators.breakout import probe
        found = probe()
        print(found.tier, *[attempt.name for attempt in found.attempts if not attempt.held])
        """
    )
    walls = Walls(reads=(*PYTHON.reads, root / "validators"), starts_others=True)
    done = run(inner, walls=walls)
    tier, *broken = done.stdout.decode().split()
    assert tier == run_probe_here()
    assert set(broken) <= {"multiply", "stay"}


def test_a_program_that_our_engine_starts_gets_no_more_than_the_engine_has() -> None:
    root = Path(__file__).resolve().parents[2]
    inner = python(
        f"""
        import sys; sys.path.insert(0, {str(root)!r})
        from validators.sandbox import Limits, run
        print(run(["sh", "-c", "ulimit -v"], limits=Limits(memory=4 << 30), walls=None).stdout.decode())
        """
    )
    walls = Walls(reads=(*PYTHON.reads, root / "validators"), starts_others=True)
    assert run(inner, limits=Limits(memory=1 << 30), walls=walls).stdout.split() == [b"1048576"]


def run_probe_here() -> str:
    from validators.breakout import probe

    return str(probe().tier)


async def test_cancelling_kills_the_program() -> None:
    task = asyncio.create_task(run_async(["sleep", "87654"]))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not running("87654")


async def test_programs_run_beside_the_event_loop() -> None:
    begun = time.monotonic()
    await asyncio.gather(*(run_async(["sleep", "0.5"]) for _ in range(4)))
    assert time.monotonic() - begun < 1.8


def test_no_descriptor_is_left_open() -> None:
    run(["true"])
    before = descriptors()
    for _ in range(3):
        run(["true"])
    assert descriptors() <= before
