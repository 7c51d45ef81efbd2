"""Puts the pages, the JSON, static files and headers onto an application."""

import logging
import secrets
from collections.abc import MutableMapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as AnyHTTPException

from app.web import api, pages
from app.web.headers import SecurityHeaders
from app.web.pages import nothing_here, state_page
from app.web.states import our_fault
from app.web.streams import Streams
from app.web.templating import STATIC

A_YEAR = "public, max-age=31536000, immutable"
_PROGRAMS = ("/api/", "/webhooks/", "/static/", "/healthz", "/readyz", "/metrics")
"""What programs ask for; everything else is a page that a person opens."""
log = logging.getLogger(__name__)


class KeptForEver(StaticFiles):
    """Static files: their addresses carry a digest of their content, so that browsers never ask twice. One range at most."""

    async def get_response(self, path: str, scope: MutableMapping[str, object]) -> Response:
        """The file, or 404."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = A_YEAR
        return answer


def add_site(application: FastAPI) -> None:
    """Add everything that people and programs read. What it reads from is `application.state.reading`, see app.web.reading."""
    application.state.streams = Streams()
    application.include_router(pages.router)
    application.include_router(api.router)
    application.mount("/static", KeptForEver(directory=STATIC), name="static")
    application.add_middleware(SecurityHeaders)
    application.add_exception_handler(404, _missing)
    application.add_exception_handler(RequestValidationError, _missing)
    application.add_exception_handler(Exception, _fault)


async def _missing(request: Request, error: Exception) -> Response:
    """Pages say it in words, the API in JSON."""
    if _for_programs(request):
        return _in_json(error)
    return nothing_here(request)


async def _fault(request: Request, error: Exception) -> Response:
    """A bug of ours: loud in the log, a reference for whoever met it."""
    reference = f"FL-{secrets.token_hex(3).upper()}"
    log.error("could not answer %s, reference %s", request.url.path, reference, exc_info=error)
    if _for_programs(request):
        return JSONResponse({"detail": f"our fault, reference {reference}"}, status_code=500)
    return state_page(request, our_fault(reference))


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith(_PROGRAMS)


def _in_json(error: Exception) -> Response:
    if isinstance(error, AnyHTTPException):
        return JSONResponse({"detail": error.detail}, status_code=error.status_code)
    return JSONResponse({"detail": str(error)}, status_code=422)
