"""A tiny web server on loopback that keeps the webhooks it gets."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        """Its event and action, like pull_request.opened."""
        action = self.at("action")
        return self.headers["X-GitHub-Event"] + (f".{action}" if action else "")

    def at(self, *names: str) -> object:
        """What stands there in the payload, None when nothing does."""
        found: object = json.loads(self.body)
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found


@dataclass(slots=True)
class Receiver:
    """A tiny web server that keeps what it gets."""

    url: str = ""
    status: int = 202
    received: list[Received] = field(default_factory=list)

    def wait_for(self, event: str, count: int = 1) -> list[Received]:
        """The deliveries of an event once there are `count`."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            found = [one for one in self.received if one.event == event]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError(f"no {event}; got {[one.event for one in self.received]}")


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that is up."""
    inbox = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(inbox.status)
            self.end_headers()
            inbox.received.append(Received(dict(self.headers), body))

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    inbox.url = f"http://127.0.0.1:{server.server_port}/hooks"
    try:
        yield inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
