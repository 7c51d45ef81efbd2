"""A server on loopback that answers every request as it is told, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answering:
    """What it says, and what it was asked: method and path."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self._status, self._body, self._headers = 200, b"{}", dict[str, str]()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                owner.asked.append((self.command, self.path))
                self.send_response_only(owner._status)
                for name, value in {"content-length": str(len(owner._body)), **owner._headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(owner._body)

            do_GET = do_POST = _answer  # noqa: N815 the names that http.server looks for

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is http.server's
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def say(self, status: int, body: object = None, **headers: str) -> None:
        """What to answer from now on; None is no body."""
        self._status, self._headers = status, headers
        self._body = b"" if body is None else json.dumps(body).encode()

    def stop(self) -> None:
        """Answer nothing any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


@contextmanager
def answering() -> Iterator[Answering]:
    """One that is gone after the block."""
    server = Answering()
    try:
        yield server
    finally:
        server.stop()
