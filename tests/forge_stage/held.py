"""Holds everything that is said to and by a devforge against GitHub's published contract, while a test runs.

- What Fairlead asks (and PyGithub as a person, where devforge does it) must be a request as GitHub describes it, with no field
  that it does not know.
- What devforge answers must be an answer that GitHub gives; where a fault was asked for, it may be anything.
- The webhooks that it sent must be payloads as GitHub publishes them.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from forge_stage import contract
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.devforge.faulty import FAULT
from app.devforge.forge import Forge
from app.devforge.records import Delivery
from app.devforge.serving import serving

API = "/api/v3"
_OURS = b"fairlead"
_OK = range(200, 300)


@dataclass(slots=True)
class Contract:
    """What was found so far, each once: "who: operation: fault"."""

    found: dict[str, int] = field(default_factory=dict)
    checked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, about: str, faults: Sequence[str]) -> None:
        """Keep what is wrong."""
        with self._lock:
            self.checked += 1
            for fault in faults:
                line = f"{about}: {fault}"
                self.found[line] = self.found.get(line, 0) + 1


class HeldToContract:
    """The ASGI middleware that looks at requests and answers of the REST API as they pass."""

    def __init__(self, app: ASGIApp, held: Contract) -> None:
        self._app = app
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(f"{API}/"):
            await self._app(scope, receive, send)
            return
        asked, answered, status = bytearray(), bytearray(), [0]

        async def receiving() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            answered.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, receiving, sending)
        if FAULT not in scope:
            self._look(scope, bytes(asked), status[0], bytes(answered))

    def _look(self, scope: Scope, asked: bytes, status: int, answered: bytes) -> None:
        method, path = scope["method"], scope["path"].removeprefix(API)
        operation = contract.operation(method, path)
        ours = dict(scope["headers"]).get(b"user-agent") == _OURS
        if operation is None:
            known = path.startswith("/repositories/") or not (ours or status in _OK)
            self._held.note(f"{method} {path}", [] if known else ["GitHub describes no such operation"])
            return
        about = f"{method} {operation.path}"
        if ours or status in _OK:
            self._held.note(f"asked {about}", operation.request_faults(scope["query_string"].decode(), asked))
        self._held.note(f"answered {about} {status}", operation.answer_faults(status, answered))


@contextmanager
def held(folder: Path, middleware: Sequence[Middleware] = ()) -> Iterator[Forge]:
    """A devforge on a free port; when it ends, everything that was said must have been as GitHub says it."""
    found = Contract()
    with serving(folder, middleware=[*middleware, Middleware(HeldToContract, held=found)]) as forge:
        yield forge
        for delivery in forge.database.all(Delivery):
            found.note(f"webhook {delivery.event}", contract.webhook_faults(delivery.event, json.loads(delivery.payload)))
    assert not found.found, "not as GitHub does it:\n" + "\n".join(f"{count} x {line}" for line, count in found.found.items())
