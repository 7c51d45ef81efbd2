"""The web application: what is served, and that the service runs as long as it is served."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from app import telemetry_export, wiring
from app.forges import Connection
from app.settings import Settings
from app.web import health, webhooks
from app.web.site import add_site
from app.wiring import Role, Service

OWN_SPANS_ONLY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own would join whatever trace a stranger's headers name, and tell of every look at a page."""

LOST_STATUS = 75
"""The exit status of a worker that lost its lock: for sysexits.h a failure that may pass."""


def application(settings: Settings, role: Role, connected: Mapping[str, Connection]) -> FastAPI:
    """The application for a role and these connections. A mere worker shows how it is, and nothing else."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        service = await wiring.start(settings, role, connected)
        app.state.door, app.state.reading, app.state.ready = service.door, service.reading, service.ready
        app.state.count = service.count
        guard = asyncio.create_task(_end_when_lost(service))
        try:
            yield
        finally:
            guard.cancel()
            await service.stop()
            await asyncio.to_thread(telemetry_export.finish)

    app = FastAPI(
        title="Fairlead",
        version=version("fairlead"),
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        telemetry=OWN_SPANS_ONLY,
    )
    app.include_router(health.router)
    if role is not Role.WORKER:
        app.include_router(webhooks.router)
        add_site(app)
    return app


async def _end_when_lost(service: Service) -> None:
    """End the process at once, as if it were killed, when another may do its work: whoever supervises it starts it anew."""
    await service.lost()
    logging.shutdown()
    os._exit(LOST_STATUS)
