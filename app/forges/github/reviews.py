"""Reviews with comments inside the diff: https://docs.github.com/rest/pulls/reviews"""

import re
from collections.abc import Sequence
from http import HTTPStatus

from github.GithubException import GithubException

from app.forges import cut, markers
from app.forges.base import LineComment
from app.forges.github import faults, threads
from app.forges.github.conversation import LONGEST_COMMENT
from app.forges.github.session import Session, commit_id

MOST_COMMENTS = 30
"""In one review; with more, GitHub is known to fail."""
_NO_LONGER_HEAD = re.compile(r"commit[ _]?o?id is not part of the pull request", re.IGNORECASE)


def post(session: Session, number: int, head: str, comments: Sequence[LineComment]) -> tuple[LineComment, ...]:
    """Post those that do not stand there open, reword those that do, and give those that GitHub refuses."""
    ours = threads.ours(session, number)
    seen = {thread.key for thread in ours}
    standing = {thread.key: thread for thread in reversed(ours) if not thread.resolved}
    for one in comments:
        if one.key in standing:
            threads.reword(session, standing[one.key], _body(one))
    new = {
        one.key: one for one in comments if one.key not in standing and (one.key in seen or not _unseen(session, number, one))
    }
    wanted = list(new.values())
    batches = [wanted[at : at + MOST_COMMENTS] for at in range(0, len(wanted), MOST_COMMENTS)]
    return tuple(refused for batch in batches for refused in _review(session, number, head, batch))


def _unseen(session: Session, number: int, one: LineComment) -> bool:
    """Whether we posted it a moment ago and no answer of GitHub's shows it yet."""
    return session.recent.find((session.repository.path, number, "comment", one.key)) is not None


def _review(session: Session, number: int, head: str, comments: Sequence[LineComment]) -> Sequence[LineComment]:
    """One review with all comments. GitHub refuses all for one and does not say which one, so they are halved to find it."""
    try:
        review = {"commit_id": commit_id(head), "event": "COMMENT", "comments": [_draft(one) for one in comments]}
        session.api.send("POST", session.at(f"/pulls/{number}/reviews"), review)
    except GithubException as problem:
        if problem.status != HTTPStatus.UNPROCESSABLE_ENTITY or faults.is_limit(problem):
            raise
        if len(comments) == 1 or _NO_LONGER_HEAD.search(faults.message(problem)):
            return comments
        middle = len(comments) // 2
        halves = (comments[:middle], comments[middle:])
        return [refused for half in halves for refused in _review(session, number, head, half)]
    for one in comments:
        session.recent.note((session.repository.path, number, "comment", one.key), head)
    return ()


def _draft(one: LineComment) -> dict[str, str | int]:
    """On the head's side of the diff; GitHub wants the first line only where it is not the last."""
    draft: dict[str, str | int] = {"path": one.path, "body": _body(one), "line": one.line, "side": "RIGHT"}
    if one.start_line is None or one.start_line == one.line:
        return draft
    return {**draft, "start_line": one.start_line, "start_side": "RIGHT"}


def _body(one: LineComment) -> str:
    return cut.comment(markers.keyed(one.key, one.body), LONGEST_COMMENT)
