"""Whether the service lives, whether it can work, and its figures: `/healthz`, `/readyz`, `/metrics`."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Ready = Callable[[], Awaitable[str]]
"""Tells what keeps the service from working; "" when nothing does."""


def router(ready: Ready) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", response_class=PlainTextResponse, summary="Does it live?")
    async def healthz() -> str:
        """200 as long as the process answers."""
        return "ok\n"

    @routes.get("/readyz", response_class=PlainTextResponse, summary="Can it work?")
    async def readyz(response: Response) -> str:
        """200 when the database answers and runs are taken up, else 503 with the reason."""
        obstacle = await ready()
        response.status_code = 503 if obstacle else 200
        return f"{obstacle or 'ok'}\n"

    @routes.get("/metrics", summary="Figures for Prometheus")
    async def metrics() -> Response:
        """All figures in Prometheus' text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes
