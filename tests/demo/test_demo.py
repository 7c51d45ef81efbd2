"""The demo, from its first start to its last, as somebody meets it who has just cloned the project."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from demo_process import Demo, command, eventually, free_ports, running_demo

from app.demo.folder import KEYS, NotOurs, opened
from app.demo.running import PortTaken, check_ports

STATES = {1: "success", 2: "failure", 3: "failure", 4: "failure", 5: "failure", 6: "failure"}
GIT = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


def test_every_pull_request_is_judged(demo: Demo) -> None:
    changes = eventually(demo.all_judged, "all are judged, again after another test has merged something")
    runs = {number: row["run"] for number, row in changes.items() if number <= 6}
    assert {number: run["verdict"]["state"] for number, run in runs.items() if isinstance(run, dict)} == STATES


def test_demo_json_says_where_everything_is_to_its_owner_alone(demo: Demo) -> None:
    path = demo.folder / "demo.json"
    facts = json.loads(path.read_text("utf-8"))
    assert set(facts) == {"fairlead", "forge", "api", "clone", "repository", "user", "token"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(demo.folder.stat().st_mode) == 0o700
    for page in (facts["fairlead"], facts["forge"], f"{facts['forge']}/{facts['repository']}/pulls"):
        assert httpx.get(page, follow_redirects=True).status_code == 200
    me = httpx.get(f"{facts['api']}/user", headers={"authorization": f"Bearer {facts['token']}"}).json()
    assert me["login"] == facts["user"]


def test_what_redis_would_do_is_said_of_the_application_that_deploys_it(demo: Demo) -> None:
    eventually(demo.all_judged, "all are judged")
    run = demo.change(1)["run"]
    assert isinstance(run, dict)
    units = {effect["unit"] for effect in run["effects"]}
    assert len(units) == 1
    assert "redis" in units.pop()
    sources = httpx.get(f"{demo.forge}/{demo.repository}/blob/main/argocd/redis.yaml", follow_redirects=True).text
    assert demo.clone in sources
    assert "git.shop.example" not in sources


def test_each_command_of_the_welcome_works_as_it_stands(demo: Demo, tmp_path: Path) -> None:
    commands = [line.strip() for line in demo.words.splitlines() if re.match(r"  (git|cd|sed) ", line)]
    assert len(commands) == 9
    broken = typed(commands[:6], tmp_path)
    answer = httpx.post(
        f"{demo.api}/repos/{demo.repository}/pulls",
        json={"title": "Two of them", "base": "main", "head": "try-me"},
        headers={"authorization": f"Bearer {demo.token}"},
    )
    number = answer.raise_for_status().json()["number"]
    eventually(lambda: state_of(demo, number, broken) == "failure", "the broken one is judged")
    mended = typed(commands[6:], tmp_path / "shop")
    eventually(lambda: state_of(demo, number, mended) == "success", "the mended one is judged")


def typed(commands: list[str], where: Path) -> str:
    """Type the commands into one shell; the head that the clone has then."""
    script = "\n".join([*commands, "git rev-parse HEAD"])
    done = subprocess.run(["sh", "-ec", script], cwd=where, env=GIT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def state_of(demo: Demo, number: int, head: str) -> str:
    """What the change was judged to be at this head; "" before."""
    run = demo.changes().get(number, {}).get("run")
    return str(run["verdict"]["state"]) if isinstance(run, dict) and run["head"] == head and run["finished"] else ""


def test_a_taken_port_is_said_with_what_to_do(tmp_path: Path) -> None:
    port = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + 1))
        other.listen()
        done = subprocess.run(command(tmp_path / "d", port), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"fairlead: port {port + 1} is taken. The demo needs ports {port} and {port + 1}; choose another"
    )
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(("wanted", "offered"), [(8080, 9080), (9080, 9180), (9079, 9180)])
def test_another_port_is_offered_than_the_one_that_is_taken(wanted: int, offered: int) -> None:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", wanted))
        except OSError:
            pass  # somebody has it already, which is as good
        else:
            other.listen()
        with pytest.raises(PortTaken, match=f"PORT={offered} or --port {offered}$"):
            check_ports(wanted)


@pytest.mark.parametrize("reset", [False, True])
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, reset: bool) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(NotOurs, match="holds something else than a demo; choose another folder"), opened(tmp_path, reset=reset):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("reset", [False, True])
def test_two_demos_do_not_share_a_folder(demo: Demo, reset: bool) -> None:
    with pytest.raises(NotOurs, match="another demo runs in"), opened(demo.folder, reset=reset):
        pass
    assert httpx.get(f"{demo.fairlead}/healthz").status_code == 200


def test_a_new_start_keeps_what_is_there_and_a_reset_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    with opened(folder, reset=False):
        (folder / "forge").mkdir()
        (folder / KEYS).write_text("{}")
        (folder / "demo.json").write_text("{}")
    with opened(folder, reset=False):
        assert (folder / "forge").is_dir()
        assert not (folder / "demo.json").exists(), "it says where the last demo was"
    with opened(folder, reset=True):
        assert [path.name for path in folder.iterdir()] == ["demo.lock"]


def test_half_a_start_is_no_start(tmp_path: Path) -> None:
    with opened(tmp_path, reset=False):
        (tmp_path / "forge").mkdir()
    with opened(tmp_path, reset=False):
        assert [path.name for path in tmp_path.iterdir()] == ["demo.lock"]


def test_ctrl_c_ends_it_soon_with_a_page_open_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    with running_demo(tmp_path / "d") as demo:
        with httpx.stream("GET", f"{demo.fairlead}/live", timeout=30) as stream:
            assert stream.status_code == 200
            assert demo.stop(signal.SIGINT) < 10
        assert demo.process.returncode == 0
        assert "what was judged is kept" in demo.words
        assert "Traceback" not in demo.words
    assert left_behind(demo.process.pid, tmp_path / "tmp") == []


@pytest.mark.slow
def test_it_goes_on_at_other_ports_as_the_same_app_and_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    with running_demo(folder) as first:
        eventually(first.all_judged, "all are judged")
        before, runs = (first.token, app_id(folder)), run_ids(first)
    with running_demo(folder) as second:
        assert second.forge != first.forge
        assert (second.token, app_id(folder)) == before
        assert run_ids(second) == runs
    with running_demo(folder, None, "--reset") as third:
        assert third.token != first.token
        eventually(third.all_judged, "all are judged")
        assert run_ids(third).isdisjoint(runs)


def run_ids(demo: Demo) -> set[object]:
    """The newest run of each change."""
    return {row["run"]["id"] for row in demo.changes().values() if isinstance(row["run"], dict)}


def app_id(folder: Path) -> int:
    found: int = json.loads((folder / "keys.json").read_text("utf-8"))["app_id"]
    return found


def left_behind(session: int, scratch: Path) -> list[str]:
    """Processes of the session, and files in the scratch folder, that are still there after a moment."""
    time.sleep(0.5)
    running = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            told = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if told[3] == str(session):
                running.append((entry / "cmdline").read_text().replace("\0", " "))
    return running + [str(path) for path in scratch.iterdir()]
