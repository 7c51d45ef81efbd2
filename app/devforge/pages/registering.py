"""A new app from a manifest that another site made: what it asks for, and the button that makes it."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from app.devforge import manifests
from app.devforge.errors import ApiError
from app.devforge.manifests import AppSpec
from app.devforge.pages.site import POLICY, PageRoute, Visit
from app.devforge.records import Account

_FOUND = 302


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """What is going to be made, and for whom. `token` names the draft."""

    token: str
    owner: Account
    spec: AppSpec
    longest_name: int


def draft(visit: Visit) -> Response:
    """POST /settings/apps/new, and /organizations/{org}/settings/apps/new: nothing is made yet."""
    organization, state = visit.path.get("org", ""), visit.query.get("state", "")
    token = manifests.draft(visit.forge, organization, visit.form.get("manifest", ""), state)
    return visit.go(f"/settings/apps/new/{token}")


def review(visit: Visit) -> Response:
    """GET /settings/apps/new/{token}"""
    if visit.actor.account is None:
        raise ApiError(401, "Sign in as an owner of the account that the app shall belong to.")
    one = manifests.find_draft(visit.forge, visit.path["token"])
    spec, owner = manifests.spec(one), manifests.owner(visit.forge, one, visit.account)
    page = RegisterPage(visit.path["token"], owner, spec, manifests.LONGEST_NAME)
    response = visit.show("app_new.html", page)
    response.headers["Content-Security-Policy"] = policy_to(spec.redirect_url)
    return response


def create(visit: Visit) -> Response:
    """POST /settings/apps/new/{token}: makes it, and goes back to the other site with the code."""
    one, code = manifests.confirm(visit.forge, visit.path["token"], visit.account, visit.form.get("name", "").strip())
    told = {"code": code, **({"state": one.state} if one.state else {})}
    return away(manifests.spec(one).redirect_url, told)


def away(address: str, told: dict[str, str]) -> Response:
    """On to another site."""
    return RedirectResponse(f"{address}{'&' if '?' in address else '?'}{urlencode(told)}", _FOUND)


def policy_to(address: str) -> str:
    """What a page may do whose form ends at this address."""
    parts = urlsplit(address)
    return POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")


ROUTES: tuple[PageRoute, ...] = (
    PageRoute("POST", "/settings/apps/new", draft, from_elsewhere=True),
    PageRoute("POST", "/organizations/{org}/settings/apps/new", draft, from_elsewhere=True),
    PageRoute("GET", "/settings/apps/new/{token}", review),
    PageRoute("POST", "/settings/apps/new/{token}", create),
)
