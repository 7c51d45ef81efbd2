"""The open streams of a process: each lasts as long as its reader, and none outlives the service."""

import asyncio
import socket
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Streams:
    """Hands out streams of server-sent events, and ends them all at once."""

    def __init__(self) -> None:
        self._ending = asyncio.Event()

    def end(self) -> None:
        """The service stops: browsers are let go, and come back to the next one by themselves."""
        self._ending.set()

    def answer(self, events: AsyncIterator[str]) -> StreamingResponse:
        """The answer that tells these events until there are no more, or the service stops."""
        return StreamingResponse(self._until_the_end(events), media_type="text/event-stream", headers=_HEADERS)

    async def _until_the_end(self, events: AsyncIterator[str]) -> AsyncIterator[str]:
        ending = asyncio.create_task(self._ending.wait())
        try:
            while event := await _next(events, ending):
                yield event
        finally:
            ending.cancel()


async def _next(events: AsyncIterator[str], ending: "asyncio.Task[bool]") -> str:
    """The next event; "" when there is none, or when the end comes first."""
    following = asyncio.ensure_future(anext(events, ""))
    try:
        await asyncio.wait((ending, following), return_when=asyncio.FIRST_COMPLETED)
        return following.result() if following.done() else ""
    finally:
        following.cancel()


class Server(uvicorn.Server):
    """uvicorn, which waits for open connections when it stops: streams that would never end by themselves are ended first."""

    def __init__(self, application: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        if streams := getattr(self._application.state, "streams", None):
            streams.end()
        await super().shutdown(sockets)


def open_streams(request: Request) -> Streams:
    """Those of this application."""
    found: Streams = request.app.state.streams
    return found
