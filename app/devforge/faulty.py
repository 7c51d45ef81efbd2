"""The place where requests go wrong: around the whole forge, so that the API, GraphQL and git are hit alike."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.devforge.faults import Faults, RequestFault, Way

ABORT = "devforge.abort"
"""Under this name the scope of a request has what ends its connection."""
FAULT = "devforge.fault"
"""Under this name it has the fault that was done to it, if one was."""


class AbortableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a way for the application to end a connection without an answer."""

    def on_message_begin(self) -> None:
        """A request begins: its scope is made."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"end": self.transport.abort}}


class FaultyRequests:
    """The ASGI middleware that carries request faults out; with none standing, it hands everything on."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        fault = self._faults.of_request(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        scope[FAULT] = fault
        if fault.way is Way.DELAY:
            await self._app(scope, receive, _late(send, fault.seconds))
        else:
            if fault.done:
                await self._app(scope, receive, _nowhere)
            await asyncio.sleep(fault.seconds)
            await (_end(scope) if fault.way is Way.DROP else _answer(fault, send))


async def _answer(fault: RequestFault, send: Send) -> None:
    body = fault.body.encode()
    shown = {"content-type": "application/json; charset=utf-8", "content-length": str(len(body)), **fault.headers}
    headers = [(name.lower().encode(), value.encode()) for name, value in shown.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _end(scope: Scope) -> None:
    """End the connection, and wait until the server knows, or it would apologise with a 500."""
    abort: Callable[[], None] = scope["extensions"][ABORT]["end"]
    abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _late(send: Send, seconds: float) -> Send:
    async def later(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return later


async def _nowhere(_: Message) -> None:
    """The answer is lost."""
