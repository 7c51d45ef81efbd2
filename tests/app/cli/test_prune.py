"""`fairlead prune`: what it says and what it leaves."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update

from app.forges.base import Delivery, Ignored
from app.store.database import open_database
from app.store.inbox import Inbox
from app.store.tables import deliveries

DAY = 86_400


def prune(data: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "FAIRLEAD_DATA_DIR": str(data), **settings}
    argv = [sys.executable, "-c", "from app.cli.main import run; run()", "prune"]
    root = Path(__file__).parents[3]
    return subprocess.run(
        argv, env={**environment, "PYTHONPATH": str(root)}, cwd=data.parent, capture_output=True, text=True, check=False
    )


async def with_deliveries(data: Path) -> None:
    """A webhook of a year ago and one of now."""
    database = await open_database(f"sqlite:///{data / 'fairlead.sqlite'}")
    for name in ("old", "new"):
        await Inbox(database).receive("github", Delivery(name, Ignored("test")), "")
    async with database.writing() as connection:
        long_ago = datetime.fromtimestamp(time.time() - 365 * DAY, UTC)
        await connection.execute(update(deliveries).where(deliveries.c.id == "old").values(settled=long_ago))
    await database.close()


def test_it_says_what_it_removed_and_finds_nothing_the_second_time(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    asyncio.run(with_deliveries(data))
    first, second = prune(data), prune(data)
    assert first.stdout == "Removed 1 webhook, 0 runs, 0 closed changes, 0 workflow records and 0 mirrors; packed 0 mirrors.\n"
    assert (first.returncode, first.stderr) == (0, "")
    assert second.stdout.startswith("Removed 0 webhooks, ")


def test_in_a_place_without_data_it_says_what_to_set(tmp_path: Path) -> None:
    done = prune(tmp_path / "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "FAIRLEAD_DATA_DIR" in done.stderr


def test_webhooks_are_remembered_for_as_long_as_github_offers_them(tmp_path: Path) -> None:
    done = prune(tmp_path, FAIRLEAD_KEEP_DELIVERIES_DAYS="3")
    assert done.returncode == 2
    assert "FAIRLEAD_KEEP_DELIVERIES_DAYS" in done.stderr
