"""An app's own page, and its installations: where, on which repositories, with which permissions."""

from dataclasses import dataclass

from starlette.responses import Response

from app.devforge import access, apps, manifests
from app.devforge.errors import ApiError, not_found
from app.devforge.forge import Unknown
from app.devforge.pages.registering import away, policy_to
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.records import Account, App, Installation, Member, Repository


@dataclass(frozen=True, slots=True)
class InstallPage:
    """An app, and what it can be installed on; `known` is the installation that is there already."""

    app: App
    owner: Account
    repositories: tuple[Repository, ...]
    permissions: dict[str, str]
    known: Installation | None


@dataclass(frozen=True, slots=True)
class InstallationPage:
    """An installation. `asked` are permissions that the app asks for and that nobody has accepted yet."""

    app: App
    installation: Installation
    owner: Account
    repositories: tuple[Repository, ...]
    permissions: dict[str, str]
    asked: dict[str, str]


def new(visit: Visit) -> Response:
    """GET /apps/{slug} and /apps/{slug}/installations/new"""
    app = _app(visit)
    owner = visit.forge.account_by_id(app.owner_id)
    known = visit.forge.database.one(Installation, app_id=app.id, account_id=owner.id)
    repositories = tuple(visit.forge.database.all(Repository, owner_id=owner.id))
    response = visit.show("app_install.html", InstallPage(app, owner, repositories, manifests.permissions_of(app), known))
    if target := _setup_url(visit, app):
        response.headers["Content-Security-Policy"] = policy_to(target)
    return response


def install(visit: Visit) -> Response:
    """POST /apps/{slug}/installations"""
    app = _app(visit)
    owner = visit.forge.account_by_id(app.owner_id)
    if visit.forge.database.one(Installation, app_id=app.id, account_id=owner.id):
        raise ApiError(422, f"{app.name} is installed on {owner.login} already.")
    mine = visit.forge.database.all(Repository, owner_id=owner.id)
    chosen = [f"{owner.login}/{one.name}" for one in mine if f"repository-{one.id}" in visit.form]
    everything = visit.form.get("which") == "all"
    if not everything and not chosen:
        raise ApiError(422, "Choose at least one repository.")
    number = apps.install(visit.forge, app.slug, owner.login, None if everything else chosen)
    target = _setup_url(visit, app)
    if target:
        return away(target, {"installation_id": str(number), "setup_action": "install"})
    return visit.go(f"/settings/installations/{number}")


def show(visit: Visit) -> Response:
    """GET /settings/installations/{id}"""
    app, one = _installation(visit)
    has, wanted = access.granted(one), manifests.permissions_of(app)
    asked = {name: level for name, level in wanted.items() if has.get(name) != level}
    owner = visit.forge.account_by_id(one.account_id)
    covered = tuple(access.installed(visit.forge, one))
    return visit.show("installation.html", InstallationPage(app, one, owner, covered, has, asked))


def accept(visit: Visit) -> Response:
    """POST /settings/installations/{id}/permissions: what the app asks for is granted."""
    app, one = _installation(visit)
    visit.forge.database.update(one, permissions=app.permissions, events=app.events)
    return visit.go(f"/settings/installations/{one.id}")


def uninstall(visit: Visit) -> Response:
    """POST /settings/installations/{id}/uninstall"""
    app, one = _installation(visit)
    apps.uninstall(visit.forge, one.id)
    return visit.go(f"/apps/{app.slug}")


def _app(visit: Visit) -> App:
    """The app, for those who may install it: an app of its own can be installed on its owner's account only."""
    try:
        app = apps.find(visit.forge, visit.path["slug"])
    except Unknown:
        raise not_found() from None
    if visit.actor.account is None:
        raise ApiError(401, "Sign in to install apps.")
    _require_owner(visit, app.owner_id)
    return app


def _installation(visit: Visit) -> tuple[App, Installation]:
    number = visit.path["id"]
    one = visit.forge.database.one(Installation, id=int(number) if number.isdecimal() else 0)
    app = visit.forge.database.one(App, id=one.app_id) if one else None
    if one is None or app is None:
        raise not_found()
    _require_owner(visit, one.account_id)
    return app, one


def _require_owner(visit: Visit, account_id: int) -> None:
    if visit.account.id == account_id:
        return
    member = visit.forge.database.one(Member, organisation_id=account_id, account_id=visit.account.id)
    if member is None or member.role != "owner":
        raise not_found()


def _setup_url(visit: Visit, app: App) -> str:
    made_from = manifests.of_app(visit.forge, app)
    return manifests.spec(made_from).setup_url if made_from else ""


ROUTES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/apps/{slug}", new),
    PageRoute("GET", "/apps/{slug}/installations/new", new),
    PageRoute("POST", "/apps/{slug}/installations", install),
    PageRoute("GET", "/settings/installations/{id}", show),
    PageRoute("POST", "/settings/installations/{id}/permissions", accept),
    PageRoute("POST", "/settings/installations/{id}/uninstall", uninstall),
)
