"""The head that all pages of a repository share."""

from dataclasses import dataclass

from app.devforge.access import has_role
from app.devforge.pages.site import Visit
from app.devforge.records import PullRequest, Repository


@dataclass(frozen=True, slots=True)
class Header:
    """A repository's name and tabs. `tab` is the one that is open: code or pulls."""

    full_name: str
    private: bool
    description: str
    open_pulls: int
    tab: str
    may_write: bool


def header(visit: Visit, repository: Repository, tab: str) -> Header:
    """The head of a page of this repository."""
    count = len(visit.forge.database.all(PullRequest, repository_id=repository.id, state="open"))
    may_write = has_role(visit.forge, visit.actor.account, repository, "write")
    return Header(visit.forge.full_name(repository), repository.private, repository.description, count, tab, may_write)
