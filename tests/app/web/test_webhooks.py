"""What a forge, and whoever pretends to be one, gets for a webhook."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from forge_stage.deliveries import pull_request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.forges.base import ChangeTouched, Delivery
from app.forges.github.webhooks import GitHubReader
from app.store.database import DatabaseDown, open_database
from app.store.inbox import Inbox
from app.store.model import Received
from app.web import webhooks
from app.web.webhooks import Door

SECRET = "it's a secret"
LARGEST = 64 * 1024
TOUCHED = pull_request("synchronize")


@dataclass
class Site:
    """The webhooks, with what they handed on."""

    application: FastAPI
    client: httpx.AsyncClient
    inbox: Inbox
    acted: list[Received] = field(default_factory=list)

    async def act(self, received: Received) -> None:
        self.acted.append(received)

    def replace_inbox(self, inbox: Inbox) -> None:
        self.application.state.door = replace(self.application.state.door, inbox=inbox)

    async def post(
        self, body: bytes, headers: dict[str, str | bytes] | None = None, *, event: str = "pull_request"
    ) -> httpx.Response:
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        usual: dict[str, str | bytes] = {
            "x-hub-signature-256": f"sha256={signed}",
            "x-github-delivery": "d-1",
            "x-github-event": event,
        }
        all_ = usual | (headers or {})
        sent = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in all_.items()]
        return await self.client.post("/webhooks/github", content=body, headers=sent)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database = await open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    application = FastAPI()
    application.include_router(webhooks.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://fairlead.test") as client:
        found = Site(application, client, Inbox(database))
        application.state.door = Door({"github": GitHubReader("github", 1, (SECRET,))}, found.inbox, found.act, LARGEST)
        yield found
    await database.close()


async def test_a_signed_delivery_is_stored_and_handed_on_before_it_is_answered(site: Site) -> None:
    answer = await site.post(json.dumps(TOUCHED).encode())
    assert answer.status_code == 202
    assert [(one.id, type(one.event)) for one in site.acted] == [("d-1", ChangeTouched)]
    assert await site.inbox.unsettled() == tuple(site.acted)


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=0123", "sha256=ä", "SHA256=" + "0" * 64],
)
async def test_unsigned_or_wrongly_signed_is_401_and_nothing_is_stored(site: Site, signature: str) -> None:
    answer = await site.post(json.dumps(TOUCHED).encode(), {"x-hub-signature-256": signature.encode()})
    assert answer.status_code == 401
    assert await site.inbox.read("github", "d-1") is None


async def test_a_valid_sha1_signature_alone_is_401(site: Site) -> None:
    body = json.dumps(TOUCHED).encode()
    sha1 = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    answer = await site.post(body, {"x-hub-signature-256": "", "x-hub-signature": f"sha1={sha1}"})
    assert answer.status_code == 401


async def test_what_says_it_is_too_large_is_413_before_it_is_read(site: Site) -> None:
    answer = await site.post(b"{}", {"content-length": str(LARGEST + 1)})
    assert answer.status_code == 413


async def test_what_is_too_large_without_saying_so_is_413_as_soon_as_it_shows(site: Site) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 16 * 1024
            yield b" " * 16 * 1024

    answer = await site.client.post("/webhooks/github", content=endless(), headers={"x-github-delivery": "d-1"})
    assert answer.status_code == 413
    assert sent <= LARGEST + 2 * 16 * 1024
    assert await site.inbox.read("github", "d-1") is None


async def test_exactly_the_largest_is_taken(site: Site) -> None:
    body = json.dumps(TOUCHED).encode()
    assert (await site.post(body + b" " * (LARGEST - len(body)))).status_code == 202


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 60_000, b'{"number": NaN}', b'{"action": "opened"}'])
async def test_malformed_is_400_and_nothing_is_stored(site: Site, body: bytes) -> None:
    assert (await site.post(body)).status_code == 400
    assert await site.inbox.read("github", "d-1") is None


async def test_an_event_that_is_not_known_is_202_and_left_alone(site: Site) -> None:
    assert (await site.post(b'{"zen": "Anything added dilutes everything else."}', event="gollum")).status_code == 202
    assert site.acted == []
    assert await site.inbox.unsettled() == ()


async def test_a_forge_that_is_not_configured_is_404(site: Site) -> None:
    assert (await site.client.post("/webhooks/gitlab", content=b"{}")).status_code == 404


async def test_duplicates_are_202_and_dropped(site: Site) -> None:
    body = json.dumps(TOUCHED).encode()
    answers = await asyncio.gather(*(site.post(body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    await site.inbox.settle("github", "d-1", "acted on")
    handed_on = len(site.acted)
    assert (await site.post(body)).status_code == 202
    assert len(site.acted) == handed_on
    assert {one.id for one in site.acted} == {"d-1"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), signature=st.binary(max_size=80), event=st.sampled_from(["push", "pull_request", "", "?"]))
async def test_nobody_gets_in_without_the_secret(site: Site, body: bytes, signature: bytes, event: str) -> None:
    assert (await site.post(body, {"x-hub-signature-256": signature}, event=event)).status_code == 401


class AwayInbox(Inbox):
    """Of a database that is away."""

    async def receive(self, forge: str, delivery: Delivery, payload_hash: str) -> Received | None:
        raise DatabaseDown("the database does not answer (OperationalError)")


async def test_with_the_database_away_the_forge_is_told_to_come_again(
    site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'away.sqlite'}")
    site.replace_inbox(AwayInbox(database))
    answer = await site.post(json.dumps(TOUCHED).encode())
    await database.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "the database does not answer" in caplog.text
    assert "d-1" in caplog.text


async def test_a_full_disk_is_told_the_same_way(site: Site, tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'full.sqlite'}")
    async with database.writing() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1")
    site.replace_inbox(Inbox(database))
    answers = [await site.post(json.dumps(TOUCHED).encode(), {"x-github-delivery": f"d-{number}"}) for number in range(300)]
    await database.close()
    assert {answer.status_code for answer in answers} == {202, 503}
    assert answers[-1].status_code == 503
