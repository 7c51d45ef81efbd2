"""Each way of putting walls up, tried by real attempts to break out, down to the one that holds nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from validators import intruder
from validators.breakout import INTRUDER, NEEDED, probe
from validators.confinement import LAUNCHER, Limits, Method, Tier, Walls, confined, limited
from validators.sandbox import method_in_force


def test_the_tier_in_force_holds_what_it_promises() -> None:
    found = probe()
    held = {attempt.name for attempt in found.attempts if attempt.held}
    assert found.method is method_in_force()
    assert held >= NEEDED[found.tier]
    assert all(attempt.words.startswith("could not" if attempt.held else "could ") for attempt in found.attempts)


@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel exempts root from the limit on processes")
def test_processes_are_limited_in_tier_a() -> None:
    found = probe()
    assert found.tier is not Tier.A or {attempt.name: attempt.held for attempt in found.attempts}["multiply"]


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="needs bubblewrap")
def test_bubblewrap_gives_the_first_tier() -> None:
    if method_in_force().tier is not Tier.A:
        pytest.skip("this machine forbids namespaces")
    assert probe().tier is Tier.A


def landlocked(tmp_path: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run Python code behind Landlock, as on a machine without bubblewrap or namespaces."""
    (tmp_path / "home").mkdir(exist_ok=True)
    walls = Walls(reads=(Path(sys.base_prefix), Path(sys.prefix)), scratch=tmp_path / "home")
    argv = confined(
        [sys.executable, "-I", "-S", "-c", code],
        Method.LANDLOCK,
        Limits(),
        walls,
        home=str(tmp_path / "home"),
        folder=str(tmp_path / "home"),
        dies_with_thread=True,
    )
    done = subprocess.run(argv, env={}, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode == 125:
        pytest.skip(f"this kernel has no Landlock: {done.stderr}")
    return done


def test_landlock_keeps_a_program_to_its_folders(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary")
    done = landlocked(tmp_path, f"print(open({str(tmp_path / 'secret')!r}).read())")
    assert "PermissionError" in done.stderr
    assert "canary" not in done.stdout
    done = landlocked(
        tmp_path, f"open({str(tmp_path / 'home' / 'x')!r}, 'w').write('x'); open('/dev/null', 'w').write('x'); print('fine')"
    )
    assert done.stdout == "fine\n"


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"])
def test_no_socket_of_any_kind_is_made_behind_landlock(tmp_path: Path, family: str) -> None:
    done = landlocked(
        tmp_path,
        f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW if 'P' in '{family[3]}' else socket.SOCK_DGRAM)",
    )
    assert "PermissionError" in done.stderr


def test_the_launcher_starts_nothing_when_it_cannot_do_all_that_was_asked() -> None:
    argv = [sys.executable, "-I", "-S", str(LAUNCHER), "as=1", "cpu=nonsense", "--", "/bin/echo", "ran"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (125, "")


def test_limits_alone_hold_nothing_and_the_intruder_notices(tmp_path: Path) -> None:
    """The attempts are real: without walls they succeed."""
    (tmp_path / "secret").write_text("canary")
    assert intruder.succeeds(intruder.read_outside, str(tmp_path / "secret"))
    assert intruder.succeeds(intruder.write_outside, str(tmp_path / "outside"))
    assert not intruder.succeeds(intruder.connect, "1")
    assert confined(["/bin/true"], Method.LIMITS, Limits(), Walls(), home="/h", folder="/h", dies_with_thread=True) == limited(
        ["/bin/true"], Limits(), own_users=False
    )


def test_the_intruder_needs_nothing_but_python() -> None:
    assert "import validators" not in INTRUDER.read_text()
