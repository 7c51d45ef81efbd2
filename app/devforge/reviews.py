"""Reviews and the comments inside the diff."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.devforge import clock
from app.devforge.errors import ApiError, FieldError, invalid
from app.devforge.events import tell
from app.devforge.forge import Forge
from app.devforge.records import Account, PullRequest, Reaction, Review, ReviewComment, Thread
from app.devforge.shapes import comments as comment_shapes
from app.devforge.shapes import pulls as pull_shapes
from app.devforge.shapes.names import Json
from app.devforge.threads import Misplaced, Place, open_at

LONGEST_BODY = 65_536
_STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment to come, and where."""

    place: Place
    body: str


def submit(
    forge: Forge, pull: PullRequest, author: Account, event: str, body: str, commit: str, drafts: Sequence[Draft]
) -> Review:
    """A new review with all its comments, or nothing: one comment that may not stand where it should refuses the review."""
    _check_review(pull, author, event, body, drafts)
    threads = []
    for draft in drafts:
        check_body("PullRequestReview", draft.body)
        try:
            threads.append(open_at(forge, pull, commit, draft.place))
        except Misplaced as problem:
            raise ApiError(422, "Unprocessable Entity", [_sentence(problem)]) from None
    review = _review(forge, pull, author, _STATES[event], body, commit)
    made = [
        _comment(forge, forge.database.insert(thread), review, draft.body, None)
        for thread, draft in zip(threads, drafts, strict=True)
    ]
    _announce_review(forge, pull, review, "submitted", author)
    for comment in made:
        announce(forge, pull, comment, "created", author)
    return review


def comment(forge: Forge, pull: PullRequest, author: Account, body: str, commit: str, place: Place) -> ReviewComment:
    """One comment inside the diff, in a review of its own."""
    check_body("PullRequestReviewComment", body)
    try:
        thread = open_at(forge, pull, commit, place)
    except Misplaced as problem:
        raise ApiError(422, "Validation Failed", _fields(problem)) from None
    review = _review(forge, pull, author, "COMMENTED", "", commit)
    made = _comment(forge, forge.database.insert(thread), review, body, None)
    _announce_review(forge, pull, review, "submitted", author)
    announce(forge, pull, made, "created", author)
    return made


def reply(forge: Forge, pull: PullRequest, author: Account, body: str, to: ReviewComment) -> ReviewComment:
    """One more comment of the thread that `to` belongs to."""
    check_body("PullRequestReviewComment", body)
    thread = thread_of(forge, to)
    review = _review(forge, pull, author, "COMMENTED", "", pull.head_sha)
    made = _comment(forge, thread, review, body, to.reply_to_id or to.id)
    announce(forge, pull, made, "created", author)
    return made


def edit(forge: Forge, pull: PullRequest, one: ReviewComment, body: str, sender: Account) -> ReviewComment:
    """Other words."""
    check_body("PullRequestReviewComment", body)
    edited = forge.database.update(one, body=body, updated_at=clock.now())
    announce(forge, pull, edited, "edited", sender, changes={"body": {"from": one.body}})
    return edited


def delete(forge: Forge, pull: PullRequest, one: ReviewComment, sender: Account) -> None:
    """Away with it, and with its thread when it was the last one there."""
    announce(forge, pull, one, "deleted", sender)
    thread = thread_of(forge, one)
    forge.database.delete(one)
    for reaction in forge.database.all(Reaction, subject="review_comment", subject_id=one.id):
        forge.database.delete(reaction)
    if not forge.database.all(ReviewComment, thread_id=thread.id):
        forge.database.delete(thread)


def resolve(forge: Forge, pull: PullRequest, thread: Thread, sender: Account, *, resolved: bool) -> Thread:
    """Mark a thread as settled, or as open again."""
    if (thread.resolved_by_id is not None) == resolved:
        return thread
    changed = forge.database.update(thread, resolved_by_id=sender.id if resolved else None)
    comments = [comment_shapes.review_comment(forge, one, changed, pull) for one in of_thread(forge, changed)]
    shape = {"pull_request": pull_shapes.pull(forge, pull), "thread": {"node_id": str(thread.id), "comments": comments}}
    action = "resolved" if resolved else "unresolved"
    tell(forge, forge.repository_by_id(pull.repository_id), "pull_request_review_thread", sender, {"action": action, **shape})
    return changed


def thread_of(forge: Forge, one: ReviewComment) -> Thread:
    """The thread of a comment."""
    found = forge.database.one(Thread, id=one.thread_id)
    if found is None:
        raise LookupError(f"review comment {one.id} has no thread")
    return found


def of_thread(forge: Forge, thread: Thread) -> list[ReviewComment]:
    """The comments of a thread, oldest first."""
    return forge.database.all(ReviewComment, thread_id=thread.id)


def of_pull(forge: Forge, pull: PullRequest) -> list[tuple[ReviewComment, Thread]]:
    """All comments inside the diff, oldest first."""
    threads = forge.database.all(Thread, pull_id=pull.id)
    return sorted(((one, thread) for thread in threads for one in of_thread(forge, thread)), key=lambda pair: pair[0].id)


def check_body(resource: str, body: str) -> None:
    """Raise 422 for a comment without words or with too many."""
    if not body.strip():
        raise invalid(resource, "body", code="missing_field")
    if len(body) > LONGEST_BODY:
        raise invalid(resource, "body", f"body is too long (maximum is {LONGEST_BODY} characters)")


def announce(forge: Forge, pull: PullRequest, one: ReviewComment, action: str, sender: Account, **more: object) -> None:
    """Tell the apps what happened to a comment inside the diff."""
    shape: Json = {
        "comment": comment_shapes.review_comment(forge, one, thread_of(forge, one), pull),
        "pull_request": pull_shapes.pull(forge, pull),
    }
    tell(
        forge,
        forge.repository_by_id(pull.repository_id),
        "pull_request_review_comment",
        sender,
        {"action": action, **shape, **more},
    )


def _check_review(pull: PullRequest, author: Account, event: str, body: str, drafts: Sequence[Draft]) -> None:
    if event not in _STATES:
        raise ApiError(
            422,
            "Unprocessable Entity",
            ["event must be one of APPROVE, REQUEST_CHANGES, COMMENT: this forge keeps no pending reviews"],
        )
    if author.id == pull.author_id and event != "COMMENT":
        deed = "approve" if event == "APPROVE" else "request changes on"
        raise ApiError(422, "Unprocessable Entity", [f"Can not {deed} your own pull request"])
    if not body and event != "APPROVE" and (event == "REQUEST_CHANGES" or not drafts):
        raise ApiError(422, "Unprocessable Entity", ["Review cannot be submitted without a body"])
    if len(body) > LONGEST_BODY:
        raise ApiError(422, "Unprocessable Entity", [f"Body is too long (maximum is {LONGEST_BODY} characters)"])


def _announce_review(forge: Forge, pull: PullRequest, review: Review, action: str, sender: Account) -> None:
    shape = pull_shapes.review(forge, review, pull) | {"state": review.state.lower()}  # webhooks write it small
    fields = {"action": action, "review": shape, "pull_request": pull_shapes.pull(forge, pull)}
    tell(forge, forge.repository_by_id(pull.repository_id), "pull_request_review", sender, fields)


def _review(forge: Forge, pull: PullRequest, author: Account, state: str, body: str, commit: str) -> Review:
    return forge.database.insert(
        Review(pull_id=pull.id, author_id=author.id, state=state, body=body, commit_id=commit, submitted_at=clock.now())
    )


def _comment(forge: Forge, thread: Thread, review: Review, body: str, reply_to: int | None) -> ReviewComment:
    time = clock.now()
    new = ReviewComment(
        thread_id=thread.id,
        review_id=review.id,
        author_id=review.author_id,
        reply_to_id=reply_to,
        body=body,
        created_at=time,
        updated_at=time,
    )
    return forge.database.insert(new)


def _sentence(problem: Misplaced) -> str:
    """How reviews say it: one sentence for all faults."""
    parts = [f"Pull request review thread {field.replace('_', ' ')} {fault}" for field, fault in problem.faults]
    *most, last = parts
    if len(most) > 1:
        return f"{', '.join(most)}, and {last}"
    return f"{most[0]} and {last}" if most else last


def _fields(problem: Misplaced) -> list[FieldError]:
    """How single comments say it: one object a fault."""
    faults: list[FieldError] = []
    for field, fault in problem.faults:
        name = "commit_id" if field == "commit_id" else f"pull_request_review_thread.{field}"
        blank = {"code": "missing_field"} if fault == "can't be blank" else {"code": "custom", "message": f"{name} {fault}"}
        faults.append({"resource": "PullRequestReviewComment", "field": name, **blank})
    return faults
