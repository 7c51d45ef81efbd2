"""One live process for each worker's name, on the files of a machine and on PostgreSQL."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import postgres
import psycopg
import pytest

from app.runs import lock_postgresql
from app.runs.lock import AlreadyRunning, FileLock, WorkerLock
from app.runs.lock_postgresql import PostgresLock

Make = Callable[[], WorkerLock]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    if not postgres.available():
        pytest.skip("PostgreSQL's programs are not installed")
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["files", pytest.param("postgresql", marks=pytest.mark.slow)])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes the lock of one more process."""
    if request.param == "files":
        return lambda: FileLock(tmp_path)
    url = request.getfixturevalue("database")
    return lambda: PostgresLock(url)


async def test_a_name_is_held_by_one_and_free_once_it_lets_go(make: Make) -> None:
    first, second = make(), make()
    await first.take("worker-1")
    with pytest.raises(AlreadyRunning, match="another process works as worker-1"):
        await second.take("worker-1")
    await second.take("worker-2")
    await first.release()
    await second.release()
    third = make()
    await third.take("worker-1")
    await third.release()


async def test_a_name_that_is_held_can_not_be_borrowed_and_a_borrowed_one_not_taken(make: Make) -> None:
    holder, other = make(), make()
    await holder.take("worker-1")
    async with other.borrowed("worker-1") as free:
        assert not free
    await holder.release()
    async with other.borrowed("worker-1") as free:
        assert free
        async with make().borrowed("worker-1") as as_well:
            assert not as_well
    await holder.take("worker-1")
    await holder.release()


async def test_a_name_that_nobody_touches_is_not_interrupted(make: Make) -> None:
    holder = make()
    await holder.take("worker-1")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(holder.interrupted(), 0.3)
    await holder.release()


@pytest.mark.slow
async def test_a_database_that_is_away_leaves_nobody_free_and_the_holder_without_its_name(tmp_path: Path) -> None:
    if not postgres.available():
        pytest.skip("PostgreSQL's programs are not installed")
    with postgres.running() as url:
        holder = PostgresLock(url)
        await holder.take("worker-1")
    async with holder.borrowed("worker-2") as free:
        assert not free
    began = asyncio.get_running_loop().time()
    assert not await holder.interrupted()
    assert asyncio.get_running_loop().time() - began < lock_postgresql.REGAIN_SECONDS + 5
    with pytest.raises(psycopg.OperationalError):
        await PostgresLock(url).take("worker-3")
