"""Pull requests as changes: https://docs.github.com/rest/pulls/pulls"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from github.GithubException import GithubException

from app.forges.base import Account, ChangeState, ProposedChange
from app.forges.github.api import Part
from app.forges.github.session import Session

GHOST = Account("10137", "ghost")
"""Whom GitHub shows where an account was deleted."""


class _User(Part):
    id: int
    login: str
    type: str


class _Repository(Part):
    full_name: str


class _Tip(Part):
    ref: str
    sha: str
    repo: _Repository | None


class _Label(Part):
    name: str


class _Pull(Part):
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


class _Commit(Part):
    sha: str


class _Branch(Part):
    commit: _Commit


def change(session: Session, number: int) -> ProposedChange:
    """One pull request as it stands now."""
    pull = session.api.get(session.at(f"/pulls/{number}"), _Pull)
    return _shown(session, pull, lambda branch: tip(session, branch))


def open_changes(session: Session) -> list[ProposedChange]:
    """All open ones. The tip of each branch that they go to is asked for once."""
    tips: dict[str, str | None] = {}

    def known_tip(branch: str) -> str | None:
        if branch not in tips:
            tips[branch] = tip(session, branch)
        return tips[branch]

    listed = session.api.listed(session.at("/pulls"), _Pull, state="open")
    return [_shown(session, pull, known_tip) for pull in listed]


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
        return session.api.get(session.at(f"/branches/{quote(branch, safe='')}"), _Branch).commit.sha
    except GithubException as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return None
        raise
