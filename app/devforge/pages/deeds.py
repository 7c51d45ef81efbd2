"""What the buttons and boxes of a pull request's pages do."""

from starlette.responses import Response

from app.devforge import checks, conversation, pulls, pushes, queue, reviews
from app.devforge.access import has_role
from app.devforge.errors import ApiError, not_found
from app.devforge.forge import Unknown
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.pages.title import may_edit
from app.devforge.records import CheckRun, IssueComment, PullRequest, ReviewComment, Thread
from app.devforge.shapes import statuses as shapes
from app.devforge.threads import Place


def comment(visit: Visit) -> Response:
    """POST .../comment: words, and with the button "close" or "reopen" that too."""
    pull, body = visit.pull(), visit.form.get("body", "")
    if body.strip():
        made = conversation.write(visit.forge, pull, visit.account, body, None)
        anchor = f"#issuecomment-{made.id}"
    else:
        anchor = ""
    state = {"close": "closed", "reopen": "open"}.get(visit.form.get("then", ""))
    if state:
        _require_editing(visit, pull)
        pulls.set_state(visit.forge, pull, state, visit.account)
    elif not body.strip():
        raise ApiError(422, "A comment needs words.")
    return visit.go(_page(visit, anchor))


def merge(visit: Visit) -> Response:
    """POST .../merge"""
    pull, repository = visit.pull("write"), visit.repository("write")
    git, how = visit.forge.git(repository), visit.form.get("method", "merge")
    if how == "queue":
        queue.enqueue(visit.forge, pull, visit.account)
        return visit.go(_page(visit))
    if how == "leave":
        queue.dequeue(visit.forge, pull, visit.account, "MANUAL")
        return visit.go(_page(visit))
    before = git.branches()
    pulls.merge(visit.forge, pull, visit.account, sha=visit.form.get("sha"), method=how, message=None)
    pushes.apply(visit.forge, repository, before, git.branches(), visit.account)
    return visit.go(_page(visit))


def edit(visit: Visit) -> Response:
    """POST .../edit: another title."""
    pull = visit.pull()
    _require_editing(visit, pull)
    pulls.edit(visit.forge, pull, visit.account, title=visit.form.get("title") or None, body=None, base=None)
    return visit.go(_page(visit))


def draft(visit: Visit) -> Response:
    """POST .../draft: ready for review, or not yet."""
    pull = visit.pull()
    _require_editing(visit, pull)
    pulls.set_draft(visit.forge, pull, visit.account, draft=visit.form.get("draft") == "yes")
    return visit.go(_page(visit))


def fork(visit: Visit) -> Response:
    """POST /{owner}/{repo}/fork: a copy of the visitor's own."""
    name = visit.forge.full_name(visit.repository())
    mine = f"{visit.account.login}/{visit.repository().name}"
    try:
        visit.forge.repository(mine)
    except Unknown:
        visit.forge.fork_repository(name, visit.account.login)
    return visit.go(f"/{mine}")


def act(visit: Visit) -> Response:
    """POST /{owner}/{repo}/runs/{id}/action: a button that a check run offers."""
    repository, number, wanted = visit.repository("write"), visit.path["id"], visit.form.get("identifier", "")
    run = visit.forge.database.one(CheckRun, id=int(number) if number.isdecimal() else 0, repository_id=repository.id)
    if run is None or wanted not in [one["identifier"] for one in shapes.actions(run)]:
        raise not_found()
    checks.announce(visit.forge, run, "requested_action", visit.account, requested_action={"identifier": wanted})
    return visit.go(visit.form.get("after", "/"))


def review(visit: Visit) -> Response:
    """POST .../review: a word on the whole."""
    pull, event = visit.pull(), visit.form.get("event", "COMMENT")
    made = reviews.submit(visit.forge, pull, visit.account, event, visit.form.get("body", ""), pull.head_sha, [])
    return visit.go(_page(visit, f"#pullrequestreview-{made.id}"))


def line_comment(visit: Visit) -> Response:
    """POST .../line: a comment on a line of the diff."""
    pull, form = visit.pull(), visit.form
    number = form.get("line", "")
    place = Place(form.get("path", ""), int(number) if number.isdecimal() else None, form.get("side", "RIGHT"))
    made = reviews.comment(visit.forge, pull, visit.account, form.get("body", ""), pull.head_sha, place)
    return visit.go(_page(visit, f"/files#discussion_r{made.id}"))


def reply(visit: Visit) -> Response:
    """POST .../threads/{id}/reply: words, and with a button "resolve" or "unresolve" that too."""
    pull, thread = _thread(visit)
    body, then = visit.form.get("body", ""), visit.form.get("then", "")
    if body.strip():
        reviews.reply(visit.forge, pull, visit.account, body, reviews.of_thread(visit.forge, thread)[-1])
    if then:
        if not has_role(visit.forge, visit.account, visit.repository(), "write") and visit.account.id != pull.author_id:
            raise ApiError(403, "Resolving takes write access, or being the author of the pull request.")
        reviews.resolve(visit.forge, pull, thread, visit.account, resolved=then == "resolve")
    return visit.go(visit.form.get("after", "/"))


def react(visit: Visit) -> Response:
    """POST .../react"""
    pull, kind, number = visit.pull(), visit.form.get("kind", ""), visit.form.get("id", "")
    subject = int(number) if number.isdecimal() else 0
    if not _belongs(visit, pull, kind, subject):
        raise not_found()
    conversation.react(visit.forge, kind, subject, visit.account, visit.form.get("content", ""))
    return visit.go(visit.form.get("after", "/"))


def rerun(visit: Visit) -> Response:
    """POST /{owner}/{repo}/runs/{id}/rerequest"""
    repository, number = visit.repository("write"), visit.path["id"]
    run = visit.forge.database.one(CheckRun, id=int(number) if number.isdecimal() else 0, repository_id=repository.id)
    if run is None:
        raise not_found()
    checks.announce(visit.forge, run, "rerequested", visit.account)
    return visit.go(visit.form.get("after", "/"))


def _belongs(visit: Visit, pull: PullRequest, kind: str, subject: int) -> bool:
    """Whether a comment stands on this pull request."""
    if kind == "issue_comment":
        return visit.forge.database.one(IssueComment, id=subject, pull_id=pull.id) is not None
    found = visit.forge.database.one(ReviewComment, id=subject) if kind == "review_comment" else None
    return found is not None and reviews.thread_of(visit.forge, found).pull_id == pull.id


def _thread(visit: Visit) -> tuple[PullRequest, Thread]:
    pull, number = visit.pull(), visit.path["id"]
    thread = visit.forge.database.one(Thread, id=int(number) if number.isdecimal() else 0, pull_id=pull.id)
    if thread is None:
        raise not_found()
    return pull, thread


def _require_editing(visit: Visit, pull: PullRequest) -> None:
    if not may_edit(visit, pull):
        raise ApiError(403, "This takes triage access, or being the author of the pull request.")


def _page(visit: Visit, rest: str = "") -> str:
    return f"/{visit.path['owner']}/{visit.path['repo']}/pull/{visit.path['number']}{rest}"


_PULL = "/{owner}/{repo}/pull/{number}"
ROUTES: tuple[PageRoute, ...] = (
    PageRoute("POST", f"{_PULL}/comment", comment),
    PageRoute("POST", f"{_PULL}/merge", merge),
    PageRoute("POST", f"{_PULL}/edit", edit),
    PageRoute("POST", f"{_PULL}/draft", draft),
    PageRoute("POST", f"{_PULL}/review", review),
    PageRoute("POST", f"{_PULL}/line", line_comment),
    PageRoute("POST", f"{_PULL}/react", react),
    PageRoute("POST", f"{_PULL}/threads/{{id}}/reply", reply),
    PageRoute("POST", "/{owner}/{repo}/runs/{id}/rerequest", rerun),
    PageRoute("POST", "/{owner}/{repo}/runs/{id}/action", act),
    PageRoute("POST", "/{owner}/{repo}/fork", fork),
)
