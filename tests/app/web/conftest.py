"""A site over a real store, filled as runs fill it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.store.database import Database, open_database
from app.store.ledger import Ledger
from app.store.store import Store
from app.web.reading import Reading
from app.web.site import add_site


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store."""
    opened = await open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield opened
    await opened.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """What runs write with."""
    return Ledger(database)


@pytest.fixture
async def site(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a window."""
    application = FastAPI()
    application.state.reading = Reading(Store(database), lambda change, path, line, _: f"{change.url}/blob/{path}#L{line}")
    add_site(application)
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://fairlead.test") as client:
        yield client
