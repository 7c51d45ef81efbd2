"""Reviews and comments inside the diff."""

from typing import Literal

from app.devforge import conversation, reviews
from app.devforge.access import has_role, require
from app.devforge.errors import forbidden
from app.devforge.records import PullRequest, Reaction, Review, ReviewComment, Thread
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, Listed, paged, require_found
from app.devforge.shapes import comments, pulls
from app.devforge.shapes.names import Json
from app.devforge.threads import Place

Side = Literal["LEFT", "RIGHT"]


class Where(Body):
    """A place in the diff."""

    path: str
    line: int | None = None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None
    position: int | None = None
    subject_type: Literal["line", "file"] = "line"

    def place(self) -> Place:
        """As the rules want it."""
        return Place(self.path, self.line, self.side, self.start_line, self.start_side, self.position, self.subject_type)


class CommentDraft(Where):
    """A comment of a review to come."""

    body: str


class NewReview(Body):
    """A review with its comments."""

    event: str = ""
    body: str | None = None
    commit_id: str | None = None
    comments: Listed[CommentDraft] = []  # noqa: RUF012 - pydantic copies it


class NewComment(Where):
    """A comment by itself."""

    body: str
    commit_id: str
    in_reply_to: int | None = None


class Words(Body):
    """What a comment says."""

    body: str


class NewReaction(Body):
    """A reaction."""

    content: str


def list_reviews(call: Call) -> Answer:
    """GET .../pulls/{number}/reviews"""
    pull = _readable(call)
    return paged(call, call.forge.database.all(Review, pull_id=pull.id), lambda one: pulls.review(call.forge, one, pull))


def show_review(call: Call) -> Answer:
    """GET .../pulls/{number}/reviews/{id}"""
    pull = _readable(call)
    return Answer(pulls.review(call.forge, _review(call, pull), pull))


def review_comments(call: Call) -> Answer:
    """GET .../pulls/{number}/reviews/{id}/comments"""
    pull = _readable(call)
    review = _review(call, pull)
    found = [pair for pair in reviews.of_pull(call.forge, pull) if pair[0].review_id == review.id]
    return paged(call, found, lambda pair: comments.review_comment(call.forge, *pair, pull))


def create_review(call: Call) -> Answer:
    """POST .../pulls/{number}/reviews"""
    pull, asked = _writable(call), call.read(NewReview)
    drafts = [reviews.Draft(one.place(), one.body) for one in asked.comments]
    commit = asked.commit_id or pull.head_sha
    made = reviews.submit(call.forge, pull, call.actor.known, asked.event, asked.body or "", commit, drafts)
    return Answer(pulls.review(call.forge, made, pull))


def list_comments(call: Call) -> Answer:
    """GET .../pulls/{number}/comments"""
    pull = _readable(call)
    found = reviews.of_pull(call.forge, pull)
    return paged(call, found, lambda pair: comments.review_comment(call.forge, *pair, pull))


def create_comment(call: Call) -> Answer:
    """POST .../pulls/{number}/comments"""
    pull, asked = _writable(call), call.read(NewComment)
    if asked.in_reply_to:
        made = reviews.reply(call.forge, pull, call.actor.known, asked.body, _of_pull(call, pull, asked.in_reply_to))
    else:
        made = reviews.comment(call.forge, pull, call.actor.known, asked.body, asked.commit_id, asked.place())
    return Answer(_shape(call, made, pull), 201)


def create_reply(call: Call) -> Answer:
    """POST .../pulls/{number}/comments/{id}/replies"""
    pull = _writable(call)
    to = _of_pull(call, pull, call.number("id"))
    return Answer(_shape(call, reviews.reply(call.forge, pull, call.actor.known, call.read(Words).body, to), pull), 201)


def show_comment(call: Call) -> Answer:
    """GET .../pulls/comments/{id}"""
    require(call.forge, call.actor, call.repository(), "read", "pull_requests")
    one, pull = _comment(call)
    return Answer(_shape(call, one, pull))


def edit_comment(call: Call) -> Answer:
    """PATCH .../pulls/comments/{id}"""
    one, pull = _own_comment(call)
    return Answer(_shape(call, reviews.edit(call.forge, pull, one, call.read(Words).body, call.actor.known), pull))


def delete_comment(call: Call) -> Answer:
    """DELETE .../pulls/comments/{id}"""
    one, pull = _own_comment(call)
    reviews.delete(call.forge, pull, one, call.actor.known)
    return Answer(None, 204)


def list_reactions(call: Call) -> Answer:
    """GET .../pulls/comments/{id}/reactions"""
    require(call.forge, call.actor, call.repository(), "read", "pull_requests")
    found = call.forge.database.all(Reaction, subject="review_comment", subject_id=_comment(call)[0].id)
    return paged(call, found, lambda one: comments.reaction(call.forge, one))


def create_reaction(call: Call) -> Answer:
    """POST .../pulls/comments/{id}/reactions: 201 for a new one, 200 for one that is there already."""
    require(call.forge, call.actor, call.repository(), "write", "pull_requests")
    one, _ = _comment(call)
    made, new = conversation.react(call.forge, "review_comment", one.id, call.actor.known, call.read(NewReaction).content)
    return Answer(comments.reaction(call.forge, made), 201 if new else 200)


def _shape(call: Call, one: ReviewComment, pull: PullRequest) -> Json:
    return comments.review_comment(call.forge, one, reviews.thread_of(call.forge, one), pull)


def _readable(call: Call) -> PullRequest:
    require(call.forge, call.actor, call.repository(), "read", "pull_requests")
    return call.pull()


def _writable(call: Call) -> PullRequest:
    require(call.forge, call.actor, call.repository(), "write", "pull_requests")
    return call.pull()


def _review(call: Call, pull: PullRequest) -> Review:
    return require_found(call.forge.database.one(Review, id=call.number("id"), pull_id=pull.id))


def _of_pull(call: Call, pull: PullRequest, comment_id: int) -> ReviewComment:
    found = require_found(call.forge.database.one(ReviewComment, id=comment_id))
    return require_found(found if reviews.thread_of(call.forge, found).pull_id == pull.id else None)


def _comment(call: Call) -> tuple[ReviewComment, PullRequest]:
    one = require_found(call.forge.database.one(ReviewComment, id=call.number("id")))
    thread: Thread = reviews.thread_of(call.forge, one)
    pull = call.forge.database.one(PullRequest, id=thread.pull_id, repository_id=call.repository().id)
    return one, require_found(pull)


def _own_comment(call: Call) -> tuple[ReviewComment, PullRequest]:
    """A comment that the asker may change: an own one, or any with write access."""
    require(call.forge, call.actor, call.repository(), "write", "pull_requests")
    one, pull = _comment(call)
    person = call.actor.installation is None and has_role(call.forge, call.actor.account, call.repository(), "write")
    if one.author_id != call.actor.known.id and not person:
        raise forbidden(
            "Resource not accessible by integration" if call.actor.installation else "Must be the author of the comment."
        )
    return one, pull


_PULL = "/repos/{owner}/{repo}/pulls/{number}"
_COMMENT = "/repos/{owner}/{repo}/pulls/comments/{id}"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", _COMMENT, show_comment),
    Endpoint("PATCH", _COMMENT, edit_comment),
    Endpoint("DELETE", _COMMENT, delete_comment),
    Endpoint("GET", f"{_COMMENT}/reactions", list_reactions),
    Endpoint("POST", f"{_COMMENT}/reactions", create_reaction),
    Endpoint("GET", f"{_PULL}/reviews", list_reviews),
    Endpoint("POST", f"{_PULL}/reviews", create_review),
    Endpoint("GET", f"{_PULL}/reviews/{{id}}", show_review),
    Endpoint("GET", f"{_PULL}/reviews/{{id}}/comments", review_comments),
    Endpoint("GET", f"{_PULL}/comments", list_comments),
    Endpoint("POST", f"{_PULL}/comments", create_comment),
    Endpoint("POST", f"{_PULL}/comments/{{id}}/replies", create_reply),
)
