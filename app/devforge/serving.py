"""A forge that runs beside the program that starts it: for the demo, and for tests that need a real one."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.middleware import Middleware

from app.devforge.faulty import AbortableProtocol
from app.devforge.forge import Forge
from app.devforge.server import create_app

_START_SECONDS = 10.0
_PAUSE_SECONDS = 0.01


@contextmanager
def serving(data_dir: Path, port: int = 0, middleware: Sequence[Middleware] = ()) -> Iterator[Forge]:
    """A forge in `data_dir`, served at `forge.base_url` on loopback; port 0 finds a free one. Raises OSError when taken.

    `middleware` stands around everything, as in `create_app`.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio leaves Nagle on
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    forge = Forge(data_dir, f"http://127.0.0.1:{listener.getsockname()[1]}")
    settings = uvicorn.Config(
        create_app(forge, middleware),
        loop="asyncio",
        http=AbortableProtocol,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listener],), name="devforge", daemon=True)
    thread.start()
    try:
        _wait_for(server)
        yield forge
    finally:
        server.should_exit = True
        thread.join()
        forge.close()


def _wait_for(server: uvicorn.Server) -> None:
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if time.monotonic() > until:
            raise TimeoutError("the forge did not start")
        time.sleep(_PAUSE_SECONDS)
