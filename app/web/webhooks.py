"""Webhooks: `POST /webhooks/{forge}`. A delivery is stored durably before it is answered, and acted on later.

The body is capped while it streams in, and its signature is checked over the raw bytes before anything is parsed. What is
stored is which change to look at, and a hash of the payload, never the payload.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from opentelemetry.trace import SpanKind
from starlette.requests import ClientDisconnect

from app import telemetry
from app.forges.base import BadSignature, Delivery, Ignored, Malformed, WebhookReader
from app.forges.facts import of_event
from app.store.database import DatabaseDown
from app.store.inbox import Inbox
from app.store.model import Received
from app.web.metrics import DELIVERIES

log = logging.getLogger(__name__)

router = APIRouter(tags=["webhooks"])

SERVICE_UNAVAILABLE = 503
RETRY_SECONDS = 60
STORE_SECONDS = 8
"""GitHub waits ten seconds for an answer."""


class TooLarge(Exception):
    """The body has more bytes than are read."""


@dataclass(frozen=True, slots=True)
class Door:
    """What the webhooks need: a reader for each connection by its name, where deliveries are kept, who acts on them.

    `act` returns once the delivery is certain to be acted on. `largest` is in bytes. `app.main` keeps it in the
    application's state.
    """

    readers: Mapping[str, WebhookReader]
    inbox: Inbox
    act: Callable[[Received], Awaitable[None]]
    largest: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a forge is told, and in one of few words what was decided about which kind of event ("unread" for none)."""

    status: int
    decision: str
    words: str
    event: str = "unread"


async def door(request: Request) -> Door:  # plain functions are called in a thread
    """What this application takes webhooks in with."""
    found: Door = request.app.state.door
    return found


@router.post("/webhooks/{forge}", status_code=202, summary="Take a forge's webhook")
async def receive(forge: str, request: Request, at: Annotated[Door, Depends(door)]) -> Response:
    """202 once the delivery is stored durably (or was before), 401 for a bad signature, 400 for a malformed payload.

    503 with `Retry-After` when it can't be stored now: forges keep such a delivery as failed, and it is fetched later.
    """
    known = forge if forge in at.readers else "unknown"
    with telemetry.span("webhook", SpanKind.SERVER, forge=known) as span:
        answer = await _answer(at, forge, request)
        span.set_attributes({"event": answer.event, "decision": answer.decision})
    DELIVERIES.labels(known, answer.event, answer.decision).inc()
    headers = {"Retry-After": str(RETRY_SECONDS)} if answer.status == SERVICE_UNAVAILABLE else None
    return PlainTextResponse(answer.words + "\n", answer.status, headers)


async def _answer(at: Door, forge: str, request: Request) -> Answer:
    reader = at.readers.get(forge)
    if reader is None:
        return Answer(404, "unknown forge", "no forge of this name is configured")
    try:
        body = await _body(request, at.largest)
        delivery = reader.read({name.lower(): value for name, value in request.headers.items()}, body)
    except TooLarge:
        return Answer(413, "too large", f"larger than {at.largest} bytes")
    except BadSignature as error:
        log.warning("webhook of %s refused: %s", forge, error)
        return Answer(401, "bad signature", "the signature is missing or wrong")
    except (Malformed, ClientDisconnect) as error:
        log.warning("webhook of %s is malformed: %s", forge, error)
        return Answer(400, "malformed", "malformed")
    with telemetry.about(delivery=delivery.id, **of_event(delivery.event)):
        answer = await _kept(at, forge, delivery, hashlib.sha256(body).hexdigest())
        event = type(delivery.event).__name__
        log.info("webhook of %s, %s: %s", forge, event, answer.decision)
        return replace(answer, event=event)


async def _kept(at: Door, forge: str, delivery: Delivery, payload_hash: str) -> Answer:
    """Store the delivery and hand it on, before the forge gives up waiting. What is stored the regular round acts on too."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            received = await at.inbox.receive(forge, delivery, payload_hash)
            if received is not None:
                await at.act(received)
    except (DatabaseDown, TimeoutError) as error:
        why = str(error) or f"the database took longer than {STORE_SECONDS} s"
        words = "webhook %s of %s is not taken in, the forge is told to come again: %s"
        log.error(words, delivery.id, forge, why)  # noqa: TRY400 - one line: a database that is away is no fault of the code
        return Answer(SERVICE_UNAVAILABLE, "not stored", "can't be stored now")
    if received:
        return Answer(202, "accepted", "accepted")
    return Answer(202, "ignored" if isinstance(delivery.event, Ignored) else "known already", "nothing to do")


async def _body(request: Request, largest: int) -> bytes:
    """The raw body. Raises TooLarge as soon as it is clear."""
    announced = request.headers.get("content-length", "").lstrip("0")
    if announced.isdecimal() and (len(announced) > len(str(largest)) or int(announced) > largest):
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise TooLarge
    return bytes(body)
