"""Comments on a pull request's page, ours among them: https://docs.github.com/rest/issues/comments"""

from collections.abc import Callable, Iterator
from http import HTTPStatus

from github.GithubException import GithubException

from app.forges import cut, markers
from app.forges.base import PostedComment, Reaction
from app.forges.github.api import Part
from app.forges.github.session import Session

LONGEST_COMMENT = 65_536


class _Author(Part):
    id: int


class _Comment(Part):
    id: int
    body: str | None = None
    user: _Author | None = None

    @property
    def text(self) -> str:
        """Its words."""
        return self.body or ""


def summaries(session: Session, number: int) -> tuple[PostedComment, ...]:
    """All comments of ours that are marked as the summary, oldest first."""
    return tuple(PostedComment(str(one.id), one.text, ours=True) for one in _ours(session, number, markers.is_summary))


def put_summary(session: Session, number: int, body: str) -> None:
    """Edit our oldest summary, or write one."""
    _put(session, number, "summary", markers.as_summary(body), markers.is_summary)


def reply(session: Session, number: int, comment: str, body: str) -> None:
    """Answer a comment, once."""
    answer = markers.as_reply(comment, body)
    _put(session, number, f"reply to {comment}", answer, lambda text: markers.reply_to(text) == comment)


def react(session: Session, comment: str, reaction: Reaction) -> None:
    """React to a comment. GitHub keeps one reaction of a kind; a comment that is gone by now needs none."""
    try:
        session.api.send("POST", session.at(f"/issues/comments/{int(comment)}/reactions"), {"content": reaction.value})
    except GithubException as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise


def _put(session: Session, number: int, known_as: str, body: str, same: Callable[[str], bool]) -> None:
    """The comment is looked for before each write: an earlier write may have succeeded though its answer never came.

    One that we wrote a moment ago and do not see yet is edited: only a write is sure to find what is there.
    """
    wanted, key = cut.comment(body, LONGEST_COMMENT), (session.repository.path, number, known_as)
    standing = next(_ours(session, number, same), None)
    if standing is not None and standing.text.replace("\r\n", "\n") == wanted:
        return
    there = standing.id if standing is not None else session.recent.find(key)
    if isinstance(there, int) and _edited(session, there, wanted):
        return
    made = session.api.made("POST", session.at(f"/issues/{number}/comments"), _Comment, {"body": wanted})
    session.recent.note(key, made.id)


def _edited(session: Session, comment: int, body: str) -> bool:
    """Let a comment say `body`; False where it is gone."""
    try:
        session.api.send("PATCH", session.at(f"/issues/comments/{comment}"), {"body": body})
    except GithubException as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


def _ours(session: Session, number: int, same: Callable[[str], bool]) -> Iterator[_Comment]:
    for one in session.api.listed(session.at(f"/issues/{number}/comments"), _Comment):
        if one.user is not None and one.user.id == session.us and same(one.text):
            yield one
