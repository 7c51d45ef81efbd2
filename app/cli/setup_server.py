"""Serves the set-up pages until they have done what they are there for."""

import socket
from collections.abc import Callable

import uvicorn

from app.web.setup import Setup, setup_application

Staged = Callable[[Callable[[], None]], Setup]
"""Makes the set-up out of what ends the serving."""


class PortTaken(Exception):
    """The address can't be listened on. The text says which, and why."""


def listener(host: str, port: int) -> socket.socket:
    """A socket that is bound; port 0 finds a free one. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise PortTaken(f"can't listen on {host}, port {port}: {error.strerror}") from None
    return found


def serve_until_finished(staged: Staged, on: socket.socket) -> None:
    """Serve on a copy of the socket, which stays open: who comes meanwhile waits for whoever serves there next."""

    def finish() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        setup_application(staged(finish)), log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    server.run(sockets=[on.dup()])
