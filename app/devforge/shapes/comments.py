"""Comments and reactions."""

from app.devforge.forge import Forge
from app.devforge.records import App, IssueComment, PullRequest, Reaction, ReviewComment, Thread
from app.devforge.shapes import accounts
from app.devforge.shapes.names import Json, node_id, page, repository_api

CONTENTS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def issue_comment(forge: Forge, one: IssueComment, on: PullRequest) -> Json:
    """A comment on the page of a pull request."""
    repository = forge.repository_by_id(on.repository_id)
    url = repository_api(forge, repository, f"/issues/comments/{one.id}")
    writer = forge.database.one(App, id=one.app_id) if one.app_id else None
    return {
        "url": url,
        "html_url": page(forge, repository, f"/pull/{on.number}#issuecomment-{one.id}"),
        "issue_url": repository_api(forge, repository, f"/issues/{on.number}"),
        "id": one.id,
        "node_id": node_id("IC", one.id),
        "user": accounts.account(forge, forge.account_by_id(one.author_id)),
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "author_association": "CONTRIBUTOR",
        "body": one.body,
        "reactions": reactions(forge, "issue_comment", one.id, f"{url}/reactions"),
        "performed_via_github_app": accounts.app(forge, writer) if writer else None,
    }


def review_comment(forge: Forge, one: ReviewComment, thread: Thread, on: PullRequest) -> Json:
    """A comment inside the diff. `line` and `position` are null once the thread is outdated."""
    repository = forge.repository_by_id(on.repository_id)
    url = repository_api(forge, repository, f"/pulls/comments/{one.id}")
    web = page(forge, repository, f"/pull/{on.number}#discussion_r{one.id}")
    pull_url = repository_api(forge, repository, f"/pulls/{on.number}")
    shape: Json = {
        "url": url,
        "pull_request_review_id": one.review_id,
        "id": one.id,
        "node_id": node_id("PRRC", one.id),
        "diff_hunk": thread.diff_hunk,
        "path": thread.path,
        "commit_id": thread.commit_id,
        "original_commit_id": thread.original_commit_id,
        "user": accounts.account(forge, forge.account_by_id(one.author_id)),
        "body": one.body,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "html_url": web,
        "pull_request_url": pull_url,
        "author_association": "CONTRIBUTOR",
        "_links": {"self": {"href": url}, "html": {"href": web}, "pull_request": {"href": pull_url}},
        "reactions": reactions(forge, "review_comment", one.id, f"{url}/reactions"),
        "start_line": thread.start_line,
        "original_start_line": thread.original_start_line,
        "start_side": thread.start_side,
        "line": thread.line,
        "original_line": thread.original_line,
        "side": thread.side,
        "position": thread.position,
        "original_position": thread.original_position,
        "subject_type": thread.subject,
    }
    return shape if one.reply_to_id is None else {**shape, "in_reply_to_id": one.reply_to_id}


def reaction(forge: Forge, one: Reaction) -> Json:
    """A reaction."""
    who = accounts.account(forge, forge.account_by_id(one.account_id))
    return {"id": one.id, "node_id": node_id("REA", one.id), "user": who, "content": one.content, "created_at": one.created_at}


def reactions(forge: Forge, subject: str, subject_id: int, url: str) -> Json:
    """How many reactions of each kind a comment has."""
    given = [one.content for one in forge.database.all(Reaction, subject=subject, subject_id=subject_id)]
    return {"url": url, "total_count": len(given), **{content: given.count(content) for content in CONTENTS}}
