"""What goes wrong between the adapter and GitHub, put in front of devforge: answers that are lost, late, or other ones."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    authorization: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that went out, the true one or another."""

    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered instead of the truth; with `after`, once the request has done what it should. `seconds` it takes."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    seconds: float = 0.0


class Faults:
    """Answers that are waiting for their request, all requests that came in, and all answers that went out."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answered: list[Answered] = []
        self.waiting: list[tuple[str, re.Pattern[str], Answer | None]] = []

    def answer(self, method: str, path: str, *answers: Answer | None) -> None:
        """The next requests of this method whose path contains the pattern `path` get these answers, one each; None the true one."""
        self.waiting += [(method, re.compile(path), one) for one in answers]

    def count(self, method: str, path: str) -> int:
        """How many such requests came in."""
        return sum(1 for one in self.asked if one.method == method and re.search(path, one.path))

    def next(self, method: str, path: str) -> Answer | None:
        """The answer that waits for a request, taken out."""
        for at, (wanted, pattern, answer) in enumerate(self.waiting):
            if wanted == method and pattern.search(path):
                del self.waiting[at]
                return answer
        return None


class Between:
    """The ASGI middleware that makes them."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self._faults.asked.append(Asked(scope["method"], scope["path"], headers.get("authorization", ""), body))
        answer = self._faults.next(scope["method"], scope["path"])
        noting = self._noting(scope["path"], send)
        if answer is None:
            await self._app(scope, _once(body), noting)
            return
        if answer.after:
            await self._app(scope, _once(body), _nowhere)
        await asyncio.sleep(answer.seconds)
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        shown = {"content-type": "application/json; charset=utf-8", "content-length": str(len(content)), **answer.headers}
        raw = [(name.lower().encode(), value.encode()) for name, value in shown.items()]
        await noting({"type": "http.response.start", "status": answer.status, "headers": raw})
        await noting({"type": "http.response.body", "body": content})

    def _noting(self, path: str, send: Send) -> Send:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._faults.answered.append(Answered(path, message["status"]))
            await send(message)

        return noted


async def _whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _once(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _nowhere(_: Message) -> None:
    """The answer is lost."""
