"""All of the forge as one ASGI application."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.devforge.faulty import FaultyRequests
from app.devforge.forge import Forge
from app.devforge.git_http import GitServer
from app.devforge.graphql import api as graphql
from app.devforge.pages import routes as pages
from app.devforge.rest import api as rest


def create_app(forge: Forge, middleware: Sequence[Middleware] = ()) -> Starlette:
    """The forge's web side. `middleware` stands around everything, outside of where `forge.faults` strike."""
    api = [*graphql.routes(forge, "/api/graphql"), *rest.routes(forge, "/api/v3")]
    routes = [*api, *GitServer(forge).routes(), *pages.routes(forge)]
    named = urlsplit(forge.base_url).hostname or "127.0.0.1"
    # A page elsewhere that points its own name at this machine must not be served as whoever is signed in here.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[named, "localhost", "127.0.0.1"])
    return Starlette(routes=routes, middleware=[hosts, *middleware, Middleware(FaultyRequests, faults=forge.faults)])
