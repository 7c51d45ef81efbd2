"""Two web nodes and three workers on one PostgreSQL: what happens when workers die, are told to stop, or lose their name."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import postgres
import psycopg
import pytest
from team_stage import Request, Team, assembled, eventually, terminate

from app.main import LOST_STATUS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not postgres.available(), reason="PostgreSQL's programs are not installed"),
]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with postgres.running() as url, assembled(tmp_path_factory.mktemp("team"), url) as ready:
        yield ready


@pytest.fixture(autouse=True)
def complete(team: Team) -> Iterator[None]:
    """Each test finds everybody at work, and nobody in wait for them."""
    for name, process in team.processes.items():
        if process.poll() is not None:
            team.start(name)
    team.all_ready()
    team.told_by("web-1")
    yield
    team.gate.watch = lambda request: True


def test_both_web_nodes_take_webhooks_in_and_the_runs_of_a_dead_worker_are_taken_over(team: Team) -> None:
    killed: list[tuple[str, float]] = []
    doomed = team.commit_for("doomed")

    def kill_once(request: Request) -> bool:
        if killed or not request.announces(doomed):
            return True
        killed.append((team.name_of(request.process), time.monotonic()))
        os.kill(request.process, signal.SIGKILL)
        return False

    team.gate.watch = kill_once
    changes = [team.propose("doomed"), team.propose("one")]
    team.told_by("web-2")
    team.kill("web-1")
    changes += [team.propose("two"), team.propose("three")]
    for number, head in changes:
        assert team.final(head) == ("failure", "1 error blocks the merge")
        assert team.told(number) == (1, [3])
    [(name, at)] = killed
    assert name.startswith("worker-")
    assert team.processes[name].poll() == -signal.SIGKILL
    assert time.monotonic() - at < 60


def test_what_workers_die_of_is_set_aside_after_three_tries_while_the_others_go_on(team: Team) -> None:
    poison = team.commit_for("poison")
    deaths: list[str] = []

    def kill_always(request: Request) -> bool:
        if not request.announces(poison):
            return True
        deaths.append(team.name_of(request.process))
        os.kill(request.process, signal.SIGKILL)
        return False

    team.gate.watch = kill_always
    over = threading.Event()

    def supervise() -> None:
        while not over.wait(0.3):
            for name, process in list(team.processes.items()):
                if process.poll() is not None:
                    team.start(name)

    supervisor = threading.Thread(target=supervise)
    supervisor.start()
    try:
        number, head = team.propose("poison")
        others = [team.propose(f"beside-{at}") for at in range(4)]
        for other, its_head in others:
            assert team.final(its_head) == ("failure", "1 error blocks the merge")
            assert team.told(other) == (1, [3])
        state, says = team.final(head)
    finally:
        over.set()
        supervisor.join()
    assert len(deaths) == 3
    assert state == "error"
    assert says.startswith("Can't judge: 3 workers died of it, reference FL-")
    reference = says.rpartition(" ")[2]
    logs = "".join(team.said(name) for name in team.processes)
    assert reference in logs
    assert "3 workers died while they were at it" in logs
    assert team.told(number)[0] == 1


def test_a_worker_that_is_told_to_stop_ends_what_it_can_and_hands_over_the_rest(team: Team) -> None:
    slow = team.commit_for("slow")
    held: list[str] = []

    def hold_once(request: Request) -> bool:
        if request.announces(slow) and not held:
            held.append(team.name_of(request.process))
            time.sleep(12)  # longer than the worker may take to stop
        return True

    team.gate.watch = hold_once
    number, head = team.propose("slow")
    eventually(lambda: held or None)
    process = team.processes[held[0]]
    took = terminate(process)
    began = time.monotonic()
    assert process.returncode in (0, -signal.SIGTERM)  # uvicorn ends by the signal that it was told to end by
    assert took < 10
    assert team.final(head, seconds=15) == ("failure", "1 error blocks the merge")
    assert time.monotonic() - began < 15
    assert team.told(number) == (1, [3])
    assert "handed over: run:" in team.said(held[0])


def test_a_worker_whose_connection_breaks_holds_its_name_again(team: Team) -> None:
    _break_lock(team, "worker-2")
    eventually(lambda: "was lost for a moment" in team.said("worker-2") or None)
    assert team.ready("worker-2")


def test_a_worker_that_lost_its_name_to_another_stops(team: Team) -> None:
    with psycopg.connect(team.database, autocommit=True) as thief:
        waiting = threading.Thread(target=thief.execute, args=("SELECT pg_advisory_lock(%s)", [_number(team, "worker-3")]))
        waiting.start()
        eventually(lambda: _waits(team) or None)
        _break_lock(team, "worker-3")
        waiting.join()
        assert team.processes["worker-3"].wait(30) == LOST_STATUS
    assert "the lock of worker-3 is lost" in team.said("worker-3")
    number, head = team.propose("without-three")
    assert team.final(head) == ("failure", "1 error blocks the merge")
    assert team.told(number) == (1, [3])


def _break_lock(team: Team, name: str) -> None:
    """Cut the connection that holds a worker's name."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(team.database, autocommit=True) as connection:
        connection.execute(cut, [f"fairlead {name}"])


def _number(team: Team, name: str) -> int:
    """What stands for a worker's name in PostgreSQL's table of locks, which shows it in halves."""
    held = (
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND application_name = %s"
    )
    with psycopg.connect(team.database) as connection:
        row = connection.execute(held, [f"fairlead {name}"]).fetchone()
    assert row is not None
    return int(row[0])


def _waits(team: Team) -> bool:
    """Whether somebody waits for a worker's name."""
    with psycopg.connect(team.database) as connection:
        return connection.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone() is not None
