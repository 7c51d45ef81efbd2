"""The locks of workers that share a PostgreSQL: advisory locks, each held by a connection that does nothing else.

The server lets go of a lock when its connection ends, also when the machine at the other end is gone without a word: both sides
probe the connection, and the worker gives up before the server does. A pooler in transaction mode can't hold such locks.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo

from app.runs.lock import AlreadyRunning

START_SECONDS = 5.0
"""How long a name may take to become free when a worker starts: somebody may be taking over the work of its last life."""
BEAT_SECONDS = 5.0
"""How often the connection is tried."""
ANSWER_SECONDS = 5.0
"""How long an answer may take before the connection counts as lost."""
REGAIN_SECONDS = 10.0
"""How long a lost name is tried for before the worker gives up."""
SERVER_PROBES = {
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "idle_session_timeout": "0",
}
"""The server lets go of a silent worker after 30 seconds; the worker has given up after 20."""
CLIENT_PROBES = {"connect_timeout": "5", "keepalives_idle": "5", "keepalives_interval": "3", "keepalives_count": "3"}

Connection = AsyncConnection[tuple[object, ...]]


class PostgresLock:
    """Advisory locks under a digest of the name."""

    def __init__(self, url: str) -> None:
        self._url = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)
        self._name = ""
        self._holder: Connection | None = None

    async def take(self, name: str) -> None:
        """Raises AlreadyRunning when the name stays taken, and psycopg's OperationalError when the database is away."""
        self._name = name
        if not await self._held_within(START_SECONDS):
            raise AlreadyRunning(name)

    async def interrupted(self) -> bool:
        """Tries the connection at intervals, and notices at once when it is closed."""
        try:
            await self._sound()
        except (psycopg.Error, OSError, TimeoutError):
            await self.release()
        return await self._regained()

    @asynccontextmanager
    async def borrowed(self, name: str) -> AsyncIterator[bool]:
        """On a connection of its own. What can't be asked for is not free."""
        try:
            connection = await self._connected()
        except psycopg.OperationalError:
            yield False
            return
        async with connection:
            yield await _locked(connection, name)

    async def release(self) -> None:
        """Ends the connection."""
        holder, self._holder = self._holder, None
        if holder is not None:
            await holder.close()

    async def _sound(self) -> None:
        """Returns never; raises when the connection is not sound any more."""
        if self._holder is None:
            raise psycopg.OperationalError("the worker's name is not held")
        while True:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._holder.execute("SELECT 1")
            async for _ in self._holder.notifies(timeout=BEAT_SECONDS):
                pass

    async def _regained(self) -> bool:
        try:
            async with asyncio.timeout(REGAIN_SECONDS):
                return await self._held_within(REGAIN_SECONDS)
        except (TimeoutError, psycopg.OperationalError):
            return False

    async def _held_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            try:
                if await self._hold():
                    return True
            except psycopg.OperationalError:
                if time.monotonic() >= until:
                    raise
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(0.25)

    async def _hold(self) -> bool:
        connection = await self._connected()
        try:
            if await _locked(connection, self._name):
                self._holder = connection
        finally:  # also when it was given up half-way: the server must not hold the name for a connection that nobody has
            if self._holder is not connection:
                await connection.close()
        return self._holder is connection

    async def _connected(self) -> Connection:
        where = make_conninfo(self._url, application_name=f"fairlead {self._name}", **CLIENT_PROBES)
        connection = await AsyncConnection.connect(where, autocommit=True)
        known = "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = %s"
        for name, value in SERVER_PROBES.items():
            await connection.execute(known, (value, name))
        return connection


async def _locked(connection: Connection, name: str) -> bool:
    row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (_number(name),))).fetchone()
    return row is not None and row[0] is True


def _number(name: str) -> int:
    """Where PostgreSQL knows only numbers: one of 64 bits."""
    return int.from_bytes(hashlib.blake2b(f"fairlead worker {name}".encode(), digest_size=8).digest(), signed=True)
