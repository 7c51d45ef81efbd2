"""Comments on a pull request's page, ours among them: https://docs.github.com/rest/issues/comments"""

from collections.abc import Callable, Iterator
from http import HTTPStatus

from github.GithubException import GithubException
from github.IssueComment import IssueComment

from app.forges import cut, markers
from app.forges.base import PostedComment, Reaction
from app.forges.github.session import Session, maybe

LONGEST_COMMENT = 65_536


def summaries(session: Session, number: int) -> tuple[PostedComment, ...]:
    """All comments of ours that are marked as the summary, oldest first."""
    return tuple(PostedComment(str(one.id), one.body, ours=True) for one in _ours(session, number, markers.is_summary))


def put_summary(session: Session, number: int, body: str) -> None:
    """Edit our oldest summary, or write one."""
    _put(session, number, markers.as_summary(body), markers.is_summary)


def reply(session: Session, number: int, comment: str, body: str) -> None:
    """Answer a comment, once."""
    _put(session, number, markers.as_reply(comment, body), lambda text: markers.reply_to(text) == comment)


def react(session: Session, number: int, comment: str, reaction: Reaction) -> None:
    """React to a comment. GitHub keeps one reaction of a kind; a comment that is gone by now needs none."""
    try:
        session.issue(number).get_comment(int(comment)).create_reaction(reaction.value)
    except GithubException as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise


def _put(session: Session, number: int, body: str, same: Callable[[str], bool]) -> None:
    """The comment is looked for before each write: an earlier write may have succeeded though its answer never came."""
    wanted = cut.comment(body, LONGEST_COMMENT)
    standing = next(_ours(session, number, same), None)
    if standing is None:
        session.issue(number).create_comment(wanted)
    elif standing.body.replace("\r\n", "\n") != wanted:
        standing.edit(wanted)


def _ours(session: Session, number: int, same: Callable[[str], bool]) -> Iterator[IssueComment]:
    for one in session.issue(number).get_comments():
        author = maybe(one.user)
        if author is not None and author.id == session.us and same(maybe(one.body) or ""):
            yield one
