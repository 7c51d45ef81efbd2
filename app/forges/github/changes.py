"""Pull requests as changes: https://docs.github.com/rest/pulls/pulls"""

from collections.abc import Callable
from http import HTTPStatus

from github.GithubException import GithubException
from github.PullRequest import PullRequest

from app.forges.base import Account, ChangeState, ProposedChange
from app.forges.github.session import Session, maybe

GHOST = Account("10137", "ghost")
"""Whom GitHub shows where an account was deleted."""


def change(session: Session, number: int) -> ProposedChange:
    """One pull request as it stands now."""
    return _shown(session, session.pull(number).complete(), lambda branch: _tip(session, branch))


def open_changes(session: Session) -> list[ProposedChange]:
    """All open ones. The tip of each branch that they go to is asked for once."""
    tips: dict[str, str | None] = {}

    def tip(branch: str) -> str | None:
        if branch not in tips:
            tips[branch] = _tip(session, branch)
        return tips[branch]

    return [_shown(session, one, tip) for one in session.repo().get_pulls(state="open")]


def _shown(session: Session, pull: PullRequest, tip: Callable[[str], str | None]) -> ProposedChange:
    """GitHub's own `base.sha` is where the branch was when the head last moved, so the tip is asked for while it matters."""
    state = _state(pull)
    author, head_repository = maybe(pull.user), maybe(pull.head.repo)
    return ProposedChange(
        ref=session.ref(pull.number),
        title=pull.title,
        author=GHOST if author is None else Account(str(author.id), author.login, author.type == "Bot"),
        state=state,
        draft=pull.draft,
        base_branch=pull.base.ref,
        base=(tip(pull.base.ref) if state is ChangeState.OPEN else None) or pull.base.sha,
        head_branch=pull.head.ref,
        head=pull.head.sha,
        head_ref=f"refs/pull/{pull.number}/head",
        head_repository=head_repository.full_name if head_repository is not None else None,
        labels=tuple(label.name for label in pull.labels),
        url=pull.html_url,
        body=pull.body or "",
    )


def _state(pull: PullRequest) -> ChangeState:
    if pull.state == "open":
        return ChangeState.OPEN
    return ChangeState.MERGED if pull.merged_at else ChangeState.CLOSED


def _tip(session: Session, branch: str) -> str | None:
    """The newest commit of a branch; None when the branch is gone."""
    try:
        return session.repo().get_branch(branch).commit.sha
    except GithubException as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return None
        raise
