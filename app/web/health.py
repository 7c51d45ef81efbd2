"""Whether the service lives, whether it can work, and its figures: `/healthz`, `/readyz`, `/metrics`."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.store.backlog import Backlog
from app.store.database import DatabaseDown
from app.web.metrics import show

Ready = Callable[[], Awaitable[str]]
"""Tells what keeps the service from working, "" when nothing does. `app.main` keeps it in the application's state."""

Count = Callable[[], Awaitable[Backlog]]
"""Counts what waits, likewise. Raises DatabaseDown."""

router = APIRouter(tags=["health"])


@router.get("/healthz", response_class=PlainTextResponse, summary="Does it live?")
async def healthz() -> str:
    """200 as long as the process answers."""
    return "ok\n"


@router.get("/readyz", response_class=PlainTextResponse, summary="Can it work?")
async def readyz(request: Request, response: Response) -> str:
    """200 when the database answers and work is taken up, else 503 with the reason."""
    ready: Ready = request.app.state.ready
    obstacle = await ready()
    response.status_code = 503 if obstacle else 200
    return f"{obstacle or 'ok'}\n"


@router.get("/metrics", summary="Figures for Prometheus")
async def metrics(request: Request) -> Response:
    """All figures in Prometheus' text format: those of this process, and those of the queues that all processes share."""
    count: Count = request.app.state.count
    try:
        show(await count())
    except DatabaseDown:
        show(None)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
