"""Review threads, which only GraphQL knows: https://docs.github.com/graphql/reference/objects#pullrequestreviewthread"""

from collections.abc import Iterator
from http import HTTPStatus

from github.GithubException import GithubException
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from app.forges import markers
from app.forges.base import PostedThread, Unreachable
from app.forges.github.api import Part
from app.forges.github.faults import READ_AGAIN_SECONDS
from app.forges.github.session import Session

_THREAD = """
  id isResolved isOutdated path line
  resolvedBy { databaseId }
  comments(first: 50) { totalCount nodes { fullDatabaseId body viewerDidAuthor } }
"""
_PAGE = (
    "query($owner: String!, $name: String!, $number: Int!, $after: String) {"
    " repository(owner: $owner, name: $name) { pullRequest(number: $number) {"
    " reviewThreads(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes {" + _THREAD + "} } } } }"
)
_ONE = "query($id: ID!) { node(id: $id) { ... on PullRequestReviewThread {" + _THREAD + "} } }"
_RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }"


class _Part(Part):
    model_config = ConfigDict(alias_generator=to_camel)


class _Account(_Part):
    database_id: int | None = None


class _Comment(_Part):
    full_database_id: int
    body: str
    viewer_did_author: bool


class _Comments(_Part):
    total_count: int
    nodes: tuple[_Comment, ...]


class _Thread(_Part):
    id: str
    is_resolved: bool
    is_outdated: bool
    path: str
    line: int | None = None
    resolved_by: _Account | None = None
    comments: _Comments

    @property
    def ours(self) -> bool:
        """Whether we began it."""
        return bool(self.comments.nodes) and self.comments.nodes[0].viewer_did_author

    @property
    def answered(self) -> bool:
        """Whether anyone else wrote in it."""
        nodes = self.comments.nodes
        return self.comments.total_count > len(nodes) or not all(one.viewer_did_author for one in nodes)

    def resolved_by_us(self, us: int) -> bool:
        """Whether we resolved it. Where GitHub names nobody (or no id), our answer at its end tells."""
        if not self.is_resolved:
            return False
        if self.resolved_by is None or self.resolved_by.database_id is None:
            return len(self.comments.nodes) > 1 and self.comments.nodes[-1].viewer_did_author
        return self.resolved_by.database_id == us


class _PageInfo(_Part):
    has_next_page: bool
    end_cursor: str | None = None


class _Threads(_Part):
    page_info: _PageInfo
    nodes: tuple[_Thread, ...]


class _PullRequest(_Part):
    review_threads: _Threads


class _Repository(_Part):
    pull_request: _PullRequest


class _PageData(_Part):
    repository: _Repository


class _PageAnswer(_Part):
    data: _PageData


class _OneData(_Part):
    node: _Thread | None


class _OneAnswer(_Part):
    data: _OneData


class _Done(_Part):
    """A mutation went well; what it gives is not needed."""


def ours(session: Session, number: int) -> tuple[PostedThread, ...]:
    """The threads that we began, oldest first."""
    return tuple(_posted(thread, session.us) for thread in _all(session, number) if thread.ours)


def ours_with_newest(session: Session, number: int) -> tuple[PostedThread, ...]:
    """The same. Raises Unreachable while one that we began a moment ago is not shown yet: it would not be resolved when due."""
    found = ours(session, number)
    if set(session.recent.below(session.repository.path, number, "comment")) - {thread.key for thread in found}:
        raise Unreachable("GitHub does not show yet what was written a moment ago", retry_after=READ_AGAIN_SECONDS)
    return found


def answer(session: Session, number: int, thread: str, word: str) -> bool:
    """Answer an open thread, unless our answer stands at its end already. False for a thread that is gone or resolved."""
    found = _find(session, thread)
    if found is None or found.is_resolved or not found.comments.nodes:
        return False
    first, last = found.comments.nodes[0], found.comments.nodes[-1]
    if not (last.viewer_did_author and last.body == word):
        session.api.send("POST", session.at(f"/pulls/{number}/comments/{first.full_database_id}/replies"), {"body": word})
    return True


def resolve(session: Session, number: int, thread: str, word: str) -> None:
    """Answer a thread and mark it resolved. One that is gone or resolved is left alone, and nothing is said twice."""
    if answer(session, number, thread, word):
        session.api.graphql(_RESOLVE, {"id": thread}, _Done)


def reword(session: Session, thread: PostedThread, body: str) -> None:
    """Let the first comment of a thread of ours say `body`; nothing is written where it does, or where it is gone."""
    found = None if thread.body.replace("\r\n", "\n") == body else _find(session, thread.id)
    if found is not None and found.comments.nodes:
        session.api.send("PATCH", session.at(f"/pulls/comments/{found.comments.nodes[0].full_database_id}"), {"body": body})


def _all(session: Session, number: int) -> Iterator[_Thread]:
    owner, _, name = session.repository.path.partition("/")
    after: str | None = None
    while True:
        asked = {"owner": owner, "name": name, "number": number, "after": after}
        page = session.api.graphql(_PAGE, asked, _PageAnswer).data.repository.pull_request.review_threads
        yield from page.nodes
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def _find(session: Session, thread: str) -> _Thread | None:
    try:
        return session.api.graphql(_ONE, {"id": thread}, _OneAnswer).data.node
    except GithubException as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return None
        raise


def _posted(thread: _Thread, us: int) -> PostedThread:
    first = thread.comments.nodes[0]
    return PostedThread(
        id=thread.id,
        key=markers.finding_key(first.body),
        path=thread.path,
        line=None if thread.is_outdated else thread.line,
        body=first.body,
        resolved=thread.is_resolved,
        answered=thread.answered,
        resolved_by_us=thread.resolved_by_us(us),
    )
