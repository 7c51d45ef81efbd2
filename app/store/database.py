"""An open database: an SQLite file or PostgreSQL by URL, brought up to date when it is opened.

SQLite runs in WAL mode with synchronous=FULL: what was committed survives a power cut. Writers take the lock when they begin,
so that none finds out half-way that it has to start over. Those of one process queue for it: SQLite itself lets them try again
and again, and now and then one is unlucky for seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, cast

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from app.store.notifier import Notifier

if TYPE_CHECKING:
    import sqlite3

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
BUSY_MILLISECONDS = 30_000
MIGRATION_LOCK = 4_622_015
"""An arbitrary number, the same in every process, for PostgreSQL's advisory lock around migrations."""


class BadDatabaseUrl(ValueError):
    """The URL names a kind of database that is not supported."""


class DatabaseDown(Exception):
    """The database does not answer, or can't write now: it is away, locked for too long, or its disk is full. It may pass."""


class Database:
    """Connections to one database, and the notifier of what is written through them. To be used from one event loop."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self.notifier = Notifier()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one state of the database, for questions only. Raises DatabaseDown."""
        with _told():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end and rolled back on an error. Those who wait for news are woken after it.

        Raises DatabaseDown.
        """
        with _told():
            async with self._turn, self._writer.begin() as connection:
                yield connection
        self.notifier.notify()

    async def obstacle(self) -> str:
        """Why the database can't be used; "" when it answers."""
        try:
            async with self.reading() as connection:
                await connection.execute(text("SELECT 1"))
        except DatabaseDown as error:
            return str(error)
        return ""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()


async def open_database(url: str) -> Database:
    """The database at `url` (sqlite:///relative.sqlite, sqlite:////absolute.sqlite, postgresql://...), migrated.

    Raises BadDatabaseUrl for another kind.
    """
    engine = _engine(url)
    async with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        await connection.run_sync(_migrate)
    return Database(engine)


@contextmanager
def _told() -> Iterator[None]:
    """Raise what passes as DatabaseDown; what is wrong with a question stays SQLAlchemy's own error."""
    try:
        yield
    except (OperationalError, InterfaceError, NoConnectionFree, OSError) as error:
        raise DatabaseDown(f"the database does not answer ({type(error).__name__})") from error


def _engine(url: str) -> AsyncEngine:
    parsed = make_url(url)
    driver = DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise BadDatabaseUrl(f"databases of the kind {parsed.drivername!r} are not supported: use sqlite or postgresql")
    engine = create_async_engine(
        parsed.set(drivername=driver), hide_parameters=True, pool_pre_ping=driver.startswith("postgresql")
    )
    if driver.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Settings of each new connection. Transactions are begun by `_begin_sqlite`, not by the driver.

    SQLite's own lower() knows the letters of English only, and a search should find the others as well.
    """
    connection.isolation_level = None
    cast("sqlite3.Connection", connection).create_function("lower", 1, str.lower, deterministic=True)
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MILLISECONDS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migration_config() -> Config:
    """Alembic's configuration: where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(connection: Connection) -> None:
    config = migration_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
