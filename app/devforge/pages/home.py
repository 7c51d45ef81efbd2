"""The first page, signing in and out, and people's pictures."""

from dataclasses import dataclass
from html import escape

from starlette.responses import Response

from app.devforge.access import can_see
from app.devforge.errors import not_found
from app.devforge.pages import sessions
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.pages.words import initials
from app.devforge.records import Account, App, PullRequest, Repository

_COLOURS = ("#0969da", "#8250df", "#bf3989", "#1a7f37", "#9a6700", "#bc4c00", "#57606a", "#0a7c86")


@dataclass(frozen=True, slots=True)
class RepositoryLine:
    """A repository in the list."""

    full_name: str
    description: str
    private: bool
    open_pulls: int
    pushed_at: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the visitor may see."""

    repositories: tuple[RepositoryLine, ...]
    apps: tuple[App, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Who can be chosen, and where to go then."""

    people: tuple[Account, ...]
    after: str


def home(visit: Visit) -> Response:
    """GET /"""
    seen = [one for one in visit.forge.database.all(Repository) if can_see(visit.forge, visit.actor, one)]
    lines = tuple(_line(visit, one) for one in seen)
    return visit.show("home.html", HomePage(lines, tuple(visit.forge.database.all(App))))


def choose(visit: Visit) -> Response:
    """GET /login"""
    people = tuple(visit.forge.database.all(Account, kind="User"))
    return visit.show("login.html", SignInPage(people, visit.query.get("after", "/")))


def sign_in(visit: Visit) -> Response:
    """POST /login"""
    account = visit.forge.database.one(Account, login=visit.form.get("login", ""), kind="User")
    if account is None:
        raise not_found()
    response = visit.go(visit.form.get("after", "/"))
    sessions.sign_in(visit.forge, account, response)
    return response


def sign_out(visit: Visit) -> Response:
    """POST /logout"""
    response = visit.go("/")
    sessions.sign_out(visit.forge, visit.request, response)
    return response


def avatar(visit: Visit) -> Response:
    """GET /avatars/{id}.svg: initials on a colour; bots in a square."""
    number = visit.path["id"]
    account = visit.forge.database.one(Account, id=int(number) if number.isdecimal() else 0)
    if account is None:
        raise not_found()
    round_ = 20 if account.kind == "User" else 6
    return Response(_picture(initials(account.name), _COLOURS[account.id % len(_COLOURS)], round_), media_type="image/svg+xml")


def _picture(letters: str, colour: str, corner: int) -> str:
    text = (
        f'<text x="20" y="20" fill="#fff" font-family="system-ui, sans-serif" font-size="15" font-weight="600" '
        f'text-anchor="middle" dominant-baseline="central">{escape(letters)}</text>'
    )
    box = f'<rect width="40" height="40" rx="{corner}" fill="{colour}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">{box}{text}</svg>'


def _line(visit: Visit, one: Repository) -> RepositoryLine:
    count = len(visit.forge.database.all(PullRequest, repository_id=one.id, state="open"))
    return RepositoryLine(visit.forge.full_name(one), one.description, one.private, count, one.pushed_at)


ROUTES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/", home),
    PageRoute("GET", "/login", choose),
    PageRoute("POST", "/login", sign_in),
    PageRoute("POST", "/logout", sign_out),
    PageRoute("GET", "/avatars/{id}.svg", avatar),
)
