"""What is the same for all pages: who looks, forms that are the site's own, errors, and the frame around."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app.devforge.access import Actor, can_see, has_role
from app.devforge.errors import ApiError, not_found
from app.devforge.forge import Forge, Unknown
from app.devforge.pages import sessions, words
from app.devforge.pages.diff_view import EMOJI
from app.devforge.records import Account, PullRequest, Repository

_HERE = Path(__file__).parent
POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
_SEE_OTHER = 303

_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {
    "ago": words.ago,
    "initials": words.initials,
    "plural": words.plural,
    "url": lambda text: quote(text, safe="/"),
}
_templates.globals["EMOJI"] = EMOJI


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page, its visitor known."""

    forge: Forge
    request: Request
    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def account(self) -> Account:
        """Who is signed in. Raises 401 for a stranger."""
        return self.actor.known

    def repository(self, needed: str = "read") -> Repository:
        """The repository that the address names. Raises 404 when the visitor may not see it, 403 without the role `needed`."""
        try:
            found = self.forge.repository(f"{self.path['owner']}/{self.path['repo']}")
        except Unknown:
            raise not_found() from None
        if not can_see(self.forge, self.actor, found):
            raise not_found()
        if not has_role(self.forge, self.actor.account, found, needed):
            raise ApiError(403, f"This takes {needed} access to {self.forge.full_name(found)}.")
        return found

    def pull(self, needed: str = "read") -> PullRequest:
        """The pull request that the address names. Raises 404 and 403."""
        number = self.path["number"]
        repository = self.repository(needed)
        found = self.forge.database.one(
            PullRequest, repository_id=repository.id, number=int(number) if number.isdecimal() else 0
        )
        if found is None:
            raise not_found()
        return found

    def show(self, template: str, page: object, status: int = 200) -> Response:
        """A page from its template; `page` holds all it shows."""
        here = self.request.url.path + (f"?{self.request.url.query}" if self.request.url.query else "")
        context = {"page": page, "me": self.actor.account, "form_token": sessions.form_token(self.request), "here": here}
        return HTMLResponse(_templates.get_template(template).render(context), status)

    def go(self, address: str) -> Response:
        """On to another page of this site."""
        return RedirectResponse(address if address.startswith("/") and not address.startswith("//") else "/", _SEE_OTHER)


View = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class PageRoute:
    """A line of the table of pages. `from_elsewhere`: a form of another site may lead here, so it must not do anything."""

    method: str
    path: str
    view: View
    from_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Why there is no page."""

    status: int
    message: str
    sign_in: bool


def route(forge: Forge, one: PageRoute) -> Route:
    """A page as the web server wants it."""
    return Route(one.path, _served(forge, one), methods=[one.method])


def _served(forge: Forge, one: PageRoute) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        body = await request.body() if request.method == "POST" else b""
        return await run_in_threadpool(_respond, forge, one, request, body)

    return serve


def _respond(forge: Forge, one: PageRoute, request: Request, body: bytes) -> Response:
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    visit = Visit(forge, request, sessions.visitor(forge, request), request.path_params, dict(request.query_params), form)
    try:
        if not one.from_elsewhere:
            _check_form(visit)
        with forge.database.transaction():
            response = one.view(visit)
    except ApiError as problem:
        page = ErrorPage(problem.status, _said(problem), visit.actor.account is None)
        response = visit.show("error.html", page, problem.status)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _check_form(visit: Visit) -> None:
    if visit.request.method != "POST":
        return
    own_page = visit.request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    if not own_page or not sessions.is_own_form(visit.request, visit.form.get("form_token", "")):
        raise ApiError(403, "This form is not from a page of this session. Go back, reload, and try again.")


def _said(problem: ApiError) -> str:
    details = [error if isinstance(error, str) else error.get("message", "") for error in problem.errors]
    return " ".join(detail for detail in details if detail) or problem.message
