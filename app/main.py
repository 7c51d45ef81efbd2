"""The web application: what is served, and that the service runs as long as it is served."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from app import wiring
from app.forges import Connection
from app.settings import Settings
from app.web import health, webhooks
from app.web.site import add_site
from app.wiring import Role


def application(settings: Settings, role: Role, connected: Mapping[str, Connection]) -> FastAPI:
    """The application for a role and these connections. A mere worker shows how it is, and nothing else."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        service = await wiring.start(settings, role, connected)
        app.state.door, app.state.reading, app.state.ready = service.door, service.reading, service.ready
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(title="Fairlead", version=version("fairlead"), lifespan=running, docs_url=None, redoc_url=None)
    app.include_router(health.router)
    if role is not Role.WORKER:
        app.include_router(webhooks.router)
        add_site(app)
    return app
