"""The table of pages."""

from pathlib import Path

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from app.devforge.forge import Forge
from app.devforge.pages import apps, code, deeds, home, installing, propose, pulls, registering
from app.devforge.pages.site import PageRoute, route

ROUTES: tuple[PageRoute, ...] = (
    *home.ROUTES,
    *registering.ROUTES,
    *installing.ROUTES,
    *apps.ROUTES,
    *pulls.ROUTES,
    *propose.ROUTES,
    *deeds.ROUTES,
    *code.ROUTES,
)


def routes(forge: Forge) -> list[BaseRoute]:
    """All pages, and their style sheet."""
    static = Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    return [static, *(route(forge, one) for one in ROUTES)]
