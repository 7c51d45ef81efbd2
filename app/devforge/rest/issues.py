"""What pull requests share with issues: comments, reactions, labels."""

from app.devforge import conversation, pulls
from app.devforge.access import has_role, require
from app.devforge.errors import forbidden
from app.devforge.records import IssueComment, PullRequest, Reaction
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, paged, require_found
from app.devforge.shapes import comments
from app.devforge.shapes import pulls as shapes

_RESOURCES = ("issues", "pull_requests")


class Words(Body):
    """What a comment says."""

    body: str


class NewReaction(Body):
    """A reaction."""

    content: str


class Labels(Body):
    """Names of labels."""

    labels: list[str]


def show_issue(call: Call) -> Answer:
    """GET .../issues/{number}"""
    return Answer(shapes.issue(call.forge, _readable(call)))


def list_comments(call: Call) -> Answer:
    """GET .../issues/{number}/comments: oldest first, `since` by when they were changed."""
    pull = _readable(call)
    since = call.query.get("since", "")
    found = [one for one in call.forge.database.all(IssueComment, pull_id=pull.id) if one.updated_at >= since]
    return paged(call, found, lambda one: comments.issue_comment(call.forge, one, pull))


def create_comment(call: Call) -> Answer:
    """POST .../issues/{number}/comments"""
    require(call.forge, call.actor, call.repository(), "write", *_RESOURCES)
    pull, app = call.pull(), call.actor.app
    made = conversation.write(call.forge, pull, call.actor.known, call.read(Words).body, app.id if app else None)
    return Answer(comments.issue_comment(call.forge, made, pull), 201)


def show_comment(call: Call) -> Answer:
    """GET .../issues/comments/{id}"""
    require(call.forge, call.actor, call.repository(), "read", *_RESOURCES)
    one, pull = _comment(call)
    return Answer(comments.issue_comment(call.forge, one, pull))


def edit_comment(call: Call) -> Answer:
    """PATCH .../issues/comments/{id}"""
    one, pull = _own_comment(call)
    edited = conversation.edit(call.forge, pull, one, call.read(Words).body, call.actor.known)
    return Answer(comments.issue_comment(call.forge, edited, pull))


def delete_comment(call: Call) -> Answer:
    """DELETE .../issues/comments/{id}"""
    one, pull = _own_comment(call)
    conversation.delete(call.forge, pull, one, call.actor.known)
    return Answer(None, 204)


def list_reactions(call: Call) -> Answer:
    """GET .../issues/comments/{id}/reactions"""
    require(call.forge, call.actor, call.repository(), "read", *_RESOURCES)
    found = call.forge.database.all(Reaction, subject="issue_comment", subject_id=_comment(call)[0].id)
    wanted = call.query.get("content")
    return paged(call, [one for one in found if wanted in (None, one.content)], lambda one: comments.reaction(call.forge, one))


def create_reaction(call: Call) -> Answer:
    """POST .../issues/comments/{id}/reactions: 201 for a new one, 200 for one that is there already."""
    require(call.forge, call.actor, call.repository(), "write", *_RESOURCES)
    one, _ = _comment(call)
    made, new = conversation.react(call.forge, "issue_comment", one.id, call.actor.known, call.read(NewReaction).content)
    return Answer(comments.reaction(call.forge, made), 201 if new else 200)


def delete_reaction(call: Call) -> Answer:
    """DELETE .../issues/comments/{id}/reactions/{reaction}"""
    require(call.forge, call.actor, call.repository(), "write", *_RESOURCES)
    one, _ = _comment(call)
    found = call.forge.database.one(Reaction, id=call.number("reaction"), subject="issue_comment", subject_id=one.id)
    mine = require_found(found)
    if mine.account_id != call.actor.known.id:
        raise forbidden("Must be the author of the reaction.")
    call.forge.database.delete(mine)
    return Answer(None, 204)


def list_labels(call: Call) -> Answer:
    """GET .../issues/{number}/labels"""
    pull = _readable(call)
    return paged(call, pull.label_names, lambda name: shapes.label(call.forge, call.repository(), name))


def add_labels(call: Call) -> Answer:
    """POST .../issues/{number}/labels"""
    pull = _labellable(call)
    return _labelled(call, pull, [*pull.label_names, *call.read(Labels).labels])


def replace_labels(call: Call) -> Answer:
    """PUT .../issues/{number}/labels"""
    return _labelled(call, _labellable(call), call.read(Labels).labels)


def remove_label(call: Call) -> Answer:
    """DELETE .../issues/{number}/labels/{name}"""
    pull = _labellable(call)
    return _labelled(call, pull, [name for name in pull.label_names if name != call.path["name"]])


def _labelled(call: Call, pull: PullRequest, names: list[str]) -> Answer:
    changed = pulls.set_labels(call.forge, pull, list(dict.fromkeys(names)), call.actor.known)
    return Answer([shapes.label(call.forge, call.repository(), name) for name in changed.label_names])


def _labellable(call: Call) -> PullRequest:
    require(call.forge, call.actor, call.repository(), "write", *_RESOURCES)
    if call.actor.installation is None and not has_role(call.forge, call.actor.account, call.repository(), "triage"):
        raise forbidden("Must have triage rights to Repository.")
    return call.pull()


def _readable(call: Call) -> PullRequest:
    require(call.forge, call.actor, call.repository(), "read", *_RESOURCES)
    return call.pull()


def _comment(call: Call) -> tuple[IssueComment, PullRequest]:
    one = require_found(call.forge.database.one(IssueComment, id=call.number("id")))
    return one, require_found(call.forge.database.one(PullRequest, id=one.pull_id, repository_id=call.repository().id))


def _own_comment(call: Call) -> tuple[IssueComment, PullRequest]:
    """A comment that the asker may change: an own one, or any with write access."""
    require(call.forge, call.actor, call.repository(), "write", *_RESOURCES)
    one, pull = _comment(call)
    person = call.actor.installation is None and has_role(call.forge, call.actor.account, call.repository(), "write")
    if one.author_id != call.actor.known.id and not person:
        raise forbidden(
            "Resource not accessible by integration" if call.actor.installation else "Must be the author of the comment."
        )
    return one, pull


_ISSUE = "/repos/{owner}/{repo}/issues/{number}"
_COMMENT = "/repos/{owner}/{repo}/issues/comments/{id}"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", _COMMENT, show_comment),
    Endpoint("PATCH", _COMMENT, edit_comment),
    Endpoint("DELETE", _COMMENT, delete_comment),
    Endpoint("GET", f"{_COMMENT}/reactions", list_reactions),
    Endpoint("POST", f"{_COMMENT}/reactions", create_reaction),
    Endpoint("DELETE", f"{_COMMENT}/reactions/{{reaction}}", delete_reaction),
    Endpoint("GET", _ISSUE, show_issue),
    Endpoint("GET", f"{_ISSUE}/comments", list_comments),
    Endpoint("POST", f"{_ISSUE}/comments", create_comment),
    Endpoint("GET", f"{_ISSUE}/labels", list_labels),
    Endpoint("POST", f"{_ISSUE}/labels", add_labels),
    Endpoint("PUT", f"{_ISSUE}/labels", replace_labels),
    Endpoint("DELETE", f"{_ISSUE}/labels/{{name}}", remove_label),
)
