"""Webhooks: `POST /webhooks/{forge}`. A delivery is stored durably before it is answered, and acted on later.

The body is capped while it streams in, and its signature is checked over the raw bytes before anything is parsed. What is
stored is which change to look at, and a hash of the payload, never the payload.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from app.forges.base import BadSignature, Malformed, WebhookReader
from app.store.inbox import Inbox
from app.store.model import Received
from app.web.metrics import DELIVERIES

log = logging.getLogger(__name__)

TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Door:
    """What the webhooks need: a reader for each connection by its name, where deliveries are kept, who acts on them.

    `act` returns once the delivery is certain to be acted on. `largest` is in bytes.
    """

    readers: Mapping[str, WebhookReader]
    inbox: Inbox
    act: Callable[[Received], Awaitable[None]]
    largest: int


def router(door: Door) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.post("/webhooks/{forge}", status_code=202, summary="Take a forge's webhook", tags=["webhooks"])
    async def receive(forge: str, request: Request) -> Response:
        """202 once the delivery is stored durably (or was before), 401 for a bad signature, 400 for a malformed payload."""
        status, words = await _answer(door, forge, request)
        DELIVERIES.labels(forge if forge in door.readers else "unknown", str(status)).inc()
        return PlainTextResponse(words + "\n", status)

    return routes


async def _answer(door: Door, forge: str, request: Request) -> tuple[int, str]:
    reader = door.readers.get(forge)
    if reader is None:
        return 404, "no forge of this name is configured"
    body = await _body(request, door.largest)
    if body is None:
        return TOO_LARGE, f"larger than {door.largest} bytes"
    try:
        delivery = reader.read({name.lower(): value for name, value in request.headers.items()}, body)
    except BadSignature as error:
        log.warning("webhook of %s refused: %s", forge, error)
        return 401, "the signature is missing or wrong"
    except Malformed as error:
        log.warning("webhook of %s is malformed: %s", forge, error)
        return 400, "malformed"
    received = await door.inbox.receive(forge, delivery, hashlib.sha256(body).hexdigest())
    if received is None:
        return 202, "nothing to do"
    await door.act(received)
    return 202, "accepted"


async def _body(request: Request, largest: int) -> bytes | None:
    """The raw body; None as soon as it is clear that it is too large."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > largest:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)
