"""What apps did: check runs, and the webhooks that they were sent."""

import json
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from app.devforge.access import has_role
from app.devforge.errors import ApiError, not_found
from app.devforge.pages.frame import Header, header
from app.devforge.pages.markdown import rendered
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.records import Annotation, App, CheckRun, Delivery, Repository
from app.devforge.shapes.statuses import actions

_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class RunPage:
    """A check run."""

    header: Header
    run: CheckRun
    app: App
    summary: Markup
    text: Markup
    annotations: tuple[Annotation, ...]
    actions: tuple[dict[str, str], ...]
    may_rerun: bool


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery in the log."""

    delivery: Delivery
    repository: str


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """The newest deliveries of an app."""

    app: App
    lines: tuple[DeliveryLine, ...]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One delivery, request and response."""

    app: App
    delivery: Delivery
    request_headers: dict[str, str]
    payload: str
    response_headers: dict[str, str]


def run(visit: Visit) -> Response:
    """GET /{owner}/{repo}/runs/{id}"""
    repository, number = visit.repository(), visit.path["id"]
    found = visit.forge.database.one(CheckRun, id=int(number) if number.isdecimal() else 0, repository_id=repository.id)
    app = visit.forge.database.one(App, id=found.app_id) if found else None
    if found is None or app is None:
        raise not_found()
    notes = tuple(visit.forge.database.all(Annotation, check_run_id=found.id))
    may = has_role(visit.forge, visit.actor.account, repository, "write")
    words = (rendered(found.summary or ""), rendered(found.text or ""))
    return visit.show(
        "run.html", RunPage(header(visit, repository, "pulls"), found, app, *words, notes, tuple(actions(found)), may)
    )


def deliveries(visit: Visit) -> Response:
    """GET /settings/apps/{slug}/deliveries"""
    app = _app(visit)
    newest = visit.forge.database.all(Delivery, app_id=app.id)[: -_MOST_SHOWN - 1 : -1]
    return visit.show(
        "deliveries.html", DeliveriesPage(app, tuple(DeliveryLine(one, _repository(visit, one)) for one in newest))
    )


def delivery(visit: Visit) -> Response:
    """GET /settings/apps/{slug}/deliveries/{id}"""
    app, one = _app(visit), _delivery(visit)
    payload = json.dumps(json.loads(one.payload), indent=2)
    page = DeliveryPage(app, one, json.loads(one.request_headers), payload, json.loads(one.response_headers))
    return visit.show("delivery.html", page)


def redeliver(visit: Visit) -> Response:
    """POST /settings/apps/{slug}/deliveries/{id}"""
    visit.forge.outbox.repeat(_delivery(visit))
    return visit.go(f"/settings/apps/{_app(visit).slug}/deliveries")


def _app(visit: Visit) -> App:
    """The app, for whoever is signed in: this forge is for trying things out."""
    if visit.actor.account is None:
        raise ApiError(401, "Sign in to see what was sent.")
    found = visit.forge.database.one(App, slug=visit.path["slug"])
    if found is None:
        raise not_found()
    return found


def _delivery(visit: Visit) -> Delivery:
    number = visit.path["id"]
    found = visit.forge.database.one(Delivery, id=int(number) if number.isdecimal() else 0, app_id=_app(visit).id)
    if found is None:
        raise not_found()
    return found


def _repository(visit: Visit, one: Delivery) -> str:
    found = visit.forge.database.one(Repository, id=one.repository_id) if one.repository_id else None
    return visit.forge.full_name(found) if found else ""


_LOG = "/settings/apps/{slug}/deliveries"
ROUTES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/{owner}/{repo}/runs/{id}", run),
    PageRoute("GET", _LOG, deliveries),
    PageRoute("GET", f"{_LOG}/{{id}}", delivery),
    PageRoute("POST", f"{_LOG}/{{id}}", redeliver),
)
