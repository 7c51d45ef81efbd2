"""Commit statuses: https://docs.github.com/rest/commits/statuses"""

from collections.abc import Mapping
from dataclasses import replace

from github.CommitStatus import CommitStatus
from github.PaginatedList import PaginatedList

from app.forges.base import Status, StatusState
from app.forges.github.session import Session, maybe
from validators.words import shortened

LONGEST_DESCRIPTION = 140


def newest(session: Session, commit: str) -> Mapping[str, Status]:
    """The newest status of each context that we set, among the last hundred of the commit.

    Where somebody else set a context after us, ours does not stand any more and is left out.
    """
    found: dict[str, Status] = {}
    foreign: set[str] = set()
    url = f"{session.commit(commit).url}/statuses"  # PyGithub's own method asks at an address that is not documented
    for one in PaginatedList(CommitStatus, session.api.requester, url, None).get_page(0):
        if one.context in found or one.context in foreign:
            continue
        creator = maybe(one.creator)
        if creator is not None and creator.id == session.us:
            found[one.context] = Status(one.context, StatusState(one.state), one.description or "", one.target_url or "")
        else:
            foreign.add(one.context)
    return found


def put(session: Session, commit: str, status: Status) -> None:
    """Set a status, unless it is what stands there: GitHub takes no more than a thousand of a context."""
    shown = replace(status, description=shortened(status.description, LONGEST_DESCRIPTION))
    if newest(session, commit).get(status.context) == shown:
        return
    fields = {"target_url": shown.target_url} if shown.target_url else {}
    session.commit(commit).create_status(shown.state.value, description=shown.description, context=shown.context, **fields)
