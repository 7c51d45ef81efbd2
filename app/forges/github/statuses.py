"""Commit statuses: https://docs.github.com/rest/commits/statuses"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from app.forges.base import Status, StatusState
from app.forges.github.api import Part
from app.forges.github.session import Session, commit_id
from validators.words import shortened

LONGEST_DESCRIPTION = 140
_MOST_READ = 1000
"""Newest first: as many as GitHub takes of one context."""


class _Creator(Part):
    id: int


class _Status(Part):
    context: str
    state: StatusState
    description: str | None = None
    target_url: str | None = None
    creator: _Creator | None = None


def newest(session: Session, commit: str) -> Mapping[str, Status]:
    """The newest status of each context that we set.

    Where somebody else set a context after us, ours does not stand any more and is left out.
    """
    found: dict[str, Status] = {}
    foreign: set[str] = set()
    for one in islice(session.api.listed(session.at_commit(commit, "/statuses"), _Status), _MOST_READ):
        if one.context in found or one.context in foreign:
            continue
        if one.creator is not None and one.creator.id == session.us:
            found[one.context] = Status(one.context, one.state, one.description or "", one.target_url or "")
        else:
            foreign.add(one.context)
    return found


def put(session: Session, commit: str, status: Status) -> None:
    """Set a status, unless it is what stands there: GitHub takes no more than a thousand of a context.

    One that we set a moment ago may not be seen yet; what is seen in its place does not count.
    """
    shown = replace(status, description=shortened(status.description, LONGEST_DESCRIPTION))
    key = (session.repository.path, commit, status.context)
    standing, unseen = newest(session, commit).get(status.context), session.recent.find(key)
    if standing == shown and unseen in (None, shown):
        return
    fields = {"state": shown.state.value, "context": shown.context, "description": shown.description}
    target = {"target_url": shown.target_url} if shown.target_url else {}
    session.api.send("POST", session.at(f"/statuses/{commit_id(commit)}"), {**fields, **target})
    session.recent.note(key, shown)
