"""Webhooks that GitHub could not hand over: https://docs.github.com/rest/apps/webhooks

GitHub sends none of them again by itself, but keeps them for three days. They are asked for with the app's own credentials, so
what they say comes from GitHub as surely as if it were signed.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from app.forges.base import Delivery, Malformed
from app.forges.github import faults
from app.forges.github.api import Api, Part
from app.forges.github.clients import app_auth, new_api
from app.forges.github.memory import Memory
from app.forges.github.settings import GitHubSettings
from app.forges.github.webhooks import GitHubReader

log = logging.getLogger(__name__)

_LIST = "/app/hook/deliveries"
_TAKEN = range(200, 300)
_UNDER_WAY = "pending"


class _Attempt(Part):
    """One try to hand a delivery over; `guid` is the delivery's own id, the same in each try."""

    id: int
    guid: str
    delivered_at: datetime
    status: str
    status_code: int | None
    event: str


class _Request(Part):
    payload: dict[str, object] | None


class _Told(Part):
    request: _Request


def failed(settings: GitHubSettings, since: datetime) -> list[Delivery]:
    """The deliveries since then of which no attempt succeeded, oldest first. Raises ForgeError."""
    reader = GitHubReader(settings.name, settings.app_id, settings.webhook_secrets)
    with faults.told("webhook deliveries"), new_api(settings, app_auth(settings)) as client:
        api = Api(client, Memory())
        found = [_read(api, reader, one) for one in _not_taken(_attempts(api, since))]
    return [one for one in reversed(found) if one is not None]


def _attempts(api: Api, since: datetime) -> Iterator[_Attempt]:
    """All attempts since then, the newest first."""
    for attempt in api.listed(_LIST, _Attempt):
        if attempt.delivered_at < since:
            return
        yield attempt


def _not_taken(attempts: Iterable[_Attempt]) -> list[_Attempt]:
    """One attempt for each delivery that was never taken, and is not under way."""
    taken: set[str] = set()
    refused: dict[str, _Attempt] = {}
    for one in attempts:
        if one.status == _UNDER_WAY or one.status_code in _TAKEN:
            taken.add(one.guid)
        else:
            refused.setdefault(one.guid, one)
    return [one for guid, one in refused.items() if guid not in taken]


def _read(api: Api, reader: GitHubReader, attempt: _Attempt) -> Delivery | None:
    """What the delivery asks for; None for one that would be malformed now as it was then."""
    told = api.get(f"{_LIST}/{attempt.id}", _Told)
    try:
        return Delivery(attempt.guid, reader.event(attempt.event, told.request.payload or {}))
    except Malformed as problem:
        log.warning("a delivery that failed can't be read: %s: %s", attempt.guid, problem)
        return None
