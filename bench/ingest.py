"""Taking webhooks in: how many a second, how long one waits, against the barest route; and that `kill -9` loses none."""

import asyncio
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bench.service import free_port, served
from bench.stage import Pull, Stage
from bench.table import Figure

CONNECTIONS = 16


@dataclass(slots=True)
class Load:
    """What came of sending: ids of the deliveries that were answered 202, and how many seconds each answer took."""

    seconds: float
    accepted: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.accepted) / self.seconds

    @property
    def p99(self) -> float:
        """Seconds that all but one in a hundred answers took at most."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)]


def figures(stage: Stage, pull: Pull, seconds: float, folder: Path) -> Iterator[Figure]:
    """Ingest of the newest webhook about a pull request, again and again under new ids."""
    delivery = stage.newest(pull)
    headers, body = stage.headers(delivery), delivery.payload.encode()
    with _bare() as url:
        bare = asyncio.run(load(url, headers, body, seconds))
    with served(folder / "ingest", stage.settings, "web") as service:
        asyncio.run(load(service.webhooks, headers, body, seconds / 4))
        ours = asyncio.run(load(service.webhooks, headers, body, seconds))
        killed = asyncio.run(_until_killed(service.webhooks, headers, body, seconds / 2, service.kill))
        lost = set(killed.accepted) - _stored(folder / "ingest" / "fairlead.sqlite")
    made_of = f"{ours.rate:,.0f}/s / {bare.rate:,.0f}/s, payload of {len(body):,} bytes"
    named = f"at {CONNECTIONS} connections"
    yield Figure(f"durable ingest {named} ÷ bare FastAPI route", ours.rate / bare.rate, least=0.30, made_of=made_of)
    yield Figure(f"durable ingest {named}, p99", ours.p99 * 1000, 50.0, unit=" ms", made_of=f"bare {bare.p99 * 1000:.1f} ms")
    yield Figure("webhooks lost by kill -9", float(len(lost)), 0.0, made_of=f"{len(killed.accepted):,} were answered 202")


async def load(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Load:
    """Send for so many seconds over CONNECTIONS connections, one delivery after the other on each."""
    done = Load(seconds)
    until = time.monotonic() + seconds
    await asyncio.gather(*(_connection(url, headers, body, until, done) for _ in range(CONNECTIONS)))
    return done


async def _until_killed(url: str, headers: Mapping[str, str], body: bytes, seconds: float, kill: Callable[[], None]) -> Load:
    """The same, with the service killed in the middle of it."""
    sending = asyncio.create_task(load(url, headers, body, seconds + 1))
    await asyncio.sleep(seconds)
    await asyncio.to_thread(kill)
    return await sending


async def _connection(url: str, headers: Mapping[str, str], body: bytes, until: float, done: Load) -> None:
    parts = urlsplit(url)
    fixed = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name != "X-GitHub-Delivery")
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(body)}\r\n{fixed}"
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (began := time.monotonic()) < until:
            name = str(uuid.uuid4())
            writer.write(f"{head}X-GitHub-Delivery: {name}\r\n\r\n".encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            if answer.startswith(b"HTTP/1.1 202"):
                done.accepted.append(name)
                done.waits.append(time.monotonic() - began)
        writer.close()


@contextmanager
def _bare() -> Iterator[str]:
    """The bare route, running; its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)], cwd=Path(__file__).parents[1])
    try:
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).is_success:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/webhooks/github"
    finally:
        process.terminate()
        process.wait()


def _stored(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {row[0] for row in connection.execute("select id from deliveries")}
