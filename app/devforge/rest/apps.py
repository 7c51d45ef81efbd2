"""Apps, installations, their tokens, and the webhook delivery log."""

import json
from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field

from app.devforge import access, apps, clock, credentials
from app.devforge.errors import ApiError
from app.devforge.records import App, Delivery, Installation, Repository
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, paged, require_found
from app.devforge.shapes import accounts, repositories
from app.devforge.shapes.names import Json

KEPT = timedelta(days=3)
"""How long deliveries can be looked at and sent again."""


class TokenRequest(Body):
    """Which of its permissions and repositories a token shall have; all when it does not say."""

    permissions: dict[str, str] = Field(default_factory=dict)
    repositories: list[str] | None = None
    repository_ids: list[int] | None = None


def show_app(call: Call) -> Answer:
    """GET /app"""
    app = access.require_app(call.actor)
    count = len(call.forge.database.all(Installation, app_id=app.id))
    return Answer({**accounts.app(call.forge, app), "installations_count": count})


def list_installations(call: Call) -> Answer:
    """GET /app/installations"""
    found = call.forge.database.all(Installation, app_id=access.require_app(call.actor).id)
    return paged(call, found, lambda one: accounts.installation(call.forge, one))


def show_installation(call: Call) -> Answer:
    """GET /app/installations/{id}"""
    return Answer(accounts.installation(call.forge, _installation(call)))


def delete_installation(call: Call) -> Answer:
    """DELETE /app/installations/{id}"""
    apps.uninstall(call.forge, _installation(call).id)
    return Answer(None, 204)


def suspend(call: Call) -> Answer:
    """PUT /app/installations/{id}/suspended"""
    apps.suspend(call.forge, _installation(call).id, suspended=True)
    return Answer(None, 204)


def unsuspend(call: Call) -> Answer:
    """DELETE /app/installations/{id}/suspended"""
    apps.suspend(call.forge, _installation(call).id, suspended=False)
    return Answer(None, 204)


def create_token(call: Call) -> Answer:
    """POST /app/installations/{id}/access_tokens"""
    installation = _installation(call)
    if installation.suspended_at:
        raise ApiError(403, "This installation has been suspended")
    asked = call.read(TokenRequest)
    has = access.granted(installation)
    if not access.within(asked.permissions, has):
        raise ApiError(422, "The permissions requested are not granted to this installation.")
    permissions = {"metadata": "read", **asked.permissions} if asked.permissions else has
    chosen = _chosen(call, installation, asked)
    secret, token = credentials.issue(call.forge, installation, permissions, chosen)
    selection = "selected" if chosen is not None or not installation.all_repositories else "all"
    shape: Json = {
        "token": secret,
        "expires_at": token.expires_at,
        "permissions": permissions,
        "repository_selection": selection,
    }
    if chosen is not None:
        shape["repositories"] = [repositories.repository(call.forge, one) for one in chosen]
    return Answer(shape, 201)


def installation_repositories(call: Call) -> Answer:
    """GET /installation/repositories"""
    installation = access.require_installation(call.actor)
    ids = call.actor.repository_ids
    found = [one for one in access.installed(call.forge, installation) if ids is None or one.id in ids]
    return paged(call, found, lambda one: repositories.repository(call.forge, one), "repositories")


def repository_installation(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/installation"""
    app = access.require_app(call.actor)
    repository = call.named_repository()
    known = call.forge.database.all(Installation, app_id=app.id, account_id=repository.owner_id)
    found = next((one for one in known if access.covers(call.forge, one, repository)), None)
    return Answer(accounts.installation(call.forge, require_found(found)))


def list_deliveries(call: Call) -> Answer:
    """GET /app/hook/deliveries: those of the last three days, newest first, paged by cursor."""
    app, oldest = access.require_app(call.actor), clock.in_future(-KEPT)
    found = [one for one in call.forge.database.all(Delivery, app_id=app.id)[::-1] if one.delivered_at >= oldest]
    cursor = call.query.get("cursor", "")
    if cursor.isdecimal():
        found = [one for one in found if one.id <= int(cursor)]
    wanted = call.query.get("per_page", "")
    size = min(int(wanted) if wanted.isdecimal() else 30, 100)
    rest = found[size:]
    link = {"Link": f'<{call.url}?per_page={size}&cursor={rest[0].id}>; rel="next"'} if rest else {}
    return Answer([_delivery(one) for one in found[:size]], headers=link)


def show_delivery(call: Call) -> Answer:
    """GET /app/hook/deliveries/{id}"""
    one = _own_delivery(call)
    request = {"headers": json.loads(one.request_headers), "payload": json.loads(one.payload)}
    response = {"headers": json.loads(one.response_headers), "payload": one.response_body}
    return Answer({**_delivery(one), "url": one.url, "request": request, "response": response})


def redeliver(call: Call) -> Answer:
    """POST /app/hook/deliveries/{id}/attempts"""
    call.forge.outbox.repeat(_own_delivery(call))
    return Answer({}, 202)


def hook_config(call: Call) -> Answer:
    """GET /app/hook/config"""
    app: App = access.require_app(call.actor)
    return Answer({"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": app.webhook_url})


def _installation(call: Call) -> Installation:
    app = access.require_app(call.actor)
    return require_found(call.forge.database.one(Installation, id=call.number("id"), app_id=app.id))


def _chosen(call: Call, installation: Installation, asked: TokenRequest) -> list[Repository] | None:
    if asked.repositories is None and asked.repository_ids is None:
        return None
    known = access.installed(call.forge, installation)
    names, ids = {one.name: one for one in known}, {one.id: one for one in known}
    named = [names.get(name.rsplit("/", 1)[-1]) for name in asked.repositories or []]
    found = [*named, *(ids.get(number) for number in asked.repository_ids or [])]
    present = [one for one in found if one is not None]
    if len(present) < len(found):
        raise ApiError(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return present


def _own_delivery(call: Call) -> Delivery:
    app = access.require_app(call.actor)
    return require_found(call.forge.database.one(Delivery, id=call.number("id"), app_id=app.id))


def _delivery(one: Delivery) -> Mapping[str, object]:
    return {
        "id": one.id,
        "guid": one.guid,
        "delivered_at": one.delivered_at,
        "redelivery": one.redelivery,
        "duration": one.milliseconds / 1000,
        "status": one.status,
        "status_code": one.status_code or 0,
        "event": one.event,
        "action": one.action,
        "installation_id": one.installation_id,
        "repository_id": one.repository_id,
        "throttled_at": None,
    }


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/app", show_app),
    Endpoint("GET", "/app/installations", list_installations),
    Endpoint("GET", "/app/installations/{id}", show_installation),
    Endpoint("DELETE", "/app/installations/{id}", delete_installation),
    Endpoint("PUT", "/app/installations/{id}/suspended", suspend),
    Endpoint("DELETE", "/app/installations/{id}/suspended", unsuspend),
    Endpoint("POST", "/app/installations/{id}/access_tokens", create_token),
    Endpoint("GET", "/app/hook/config", hook_config),
    Endpoint("GET", "/app/hook/deliveries", list_deliveries),
    Endpoint("GET", "/app/hook/deliveries/{id}", show_delivery),
    Endpoint("POST", "/app/hook/deliveries/{id}/attempts", redeliver),
    Endpoint("GET", "/installation/repositories", installation_repositories),
    Endpoint("GET", "/repos/{owner}/{repo}/installation", repository_installation),
)
