"""All of the forge as one ASGI application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware

from app.devforge.forge import Forge
from app.devforge.git_http import GitServer
from app.devforge.graphql import api as graphql
from app.devforge.pages import routes as pages
from app.devforge.rest import api as rest


def create_app(forge: Forge, middleware: Sequence[Middleware] = ()) -> Starlette:
    """The forge's web side. `middleware` stands around everything: the place where faults are made."""
    api = [*graphql.routes(forge, "/api/graphql"), *rest.routes(forge, "/api/v3")]
    routes = [*api, *GitServer(forge).routes(), *pages.routes(forge)]
    return Starlette(routes=routes, middleware=middleware)
