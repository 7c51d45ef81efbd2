"""Pull requests as changes: https://docs.github.com/rest/pulls/pulls"""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from github.GithubException import GithubException
from github.GithubObject import NonCompletableGithubObject
from github.PaginatedList import PaginatedList
from pydantic import BaseModel

from app.forges.base import Account, ChangeState, ProposedChange
from app.forges.github.session import Session

GHOST = Account("10137", "ghost")
"""Whom GitHub shows where an account was deleted."""


class _User(BaseModel):
    id: int
    login: str
    type: str


class _Repository(BaseModel):
    full_name: str


class _Tip(BaseModel):
    ref: str
    sha: str
    repo: _Repository | None


class _Label(BaseModel):
    name: str


class _Pull(BaseModel):
    """What is read of a pull request. PyGithub's own object has None for whatever an answer lacks; this one does not exist."""

    number: int
    title: str
    body: str | None
    user: _User | None
    state: str
    merged_at: str | None
    draft: bool = False
    base: _Tip
    head: _Tip
    labels: tuple[_Label, ...]
    html_url: str


class _Listed(NonCompletableGithubObject):
    """A pull request of a list, as JSON: PyGithub's own object would ask for each one again."""

    def _initAttributes(self) -> None:  # noqa: N802 - PyGithub's name
        """It has none."""

    def _useAttributes(self, attributes: Mapping[str, object]) -> None:  # noqa: N802 - PyGithub's name
        """Nothing is made of it here."""


def change(session: Session, number: int) -> ProposedChange:
    """One pull request as it stands now."""
    pull = _Pull.model_validate(session.pull(number).raw_data)
    return _shown(session, pull, lambda branch: tip(session, branch))


def open_changes(session: Session) -> list[ProposedChange]:
    """All open ones. The tip of each branch that they go to is asked for once."""
    tips: dict[str, str | None] = {}

    def known_tip(branch: str) -> str | None:
        if branch not in tips:
            tips[branch] = tip(session, branch)
        return tips[branch]

    listed = PaginatedList(_Listed, session.api.requester, f"{session.repo().url}/pulls", {"state": "open"})
    return [_shown(session, _Pull.model_validate(one.raw_data), known_tip) for one in listed]


def _shown(session: Session, pull: _Pull, tip_of: Callable[[str], str | None]) -> ProposedChange:
    """GitHub's own `base.sha` is where the branch was when the head last moved, so the tip is asked for while it matters."""
    state = _state(pull)
    author = pull.user
    return ProposedChange(
        ref=session.ref(pull.number),
        title=pull.title,
        author=Account(str(author.id), author.login, author.type == "Bot") if author else GHOST,
        state=state,
        draft=pull.draft,
        base_branch=pull.base.ref,
        base=(tip_of(pull.base.ref) if state is ChangeState.OPEN else None) or pull.base.sha,
        head_branch=pull.head.ref,
        head=pull.head.sha,
        head_ref=f"refs/pull/{pull.number}/head",
        head_repository=pull.head.repo.full_name if pull.head.repo else None,
        labels=tuple(label.name for label in pull.labels),
        url=pull.html_url,
        body=pull.body or "",
    )


def _state(pull: _Pull) -> ChangeState:
    if pull.state == "open":
        return ChangeState.OPEN
    return ChangeState.MERGED if pull.merged_at else ChangeState.CLOSED


def tip(session: Session, branch: str) -> str | None:
    """The newest commit of a branch; None when the branch is gone."""
    try:
        return session.repo().get_branch(branch).commit.sha
    except GithubException as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return None
        raise
