"""Pull requests, and the issues that they are too."""

from hashlib import sha256

from app.devforge.forge import Forge
from app.devforge.records import IssueComment, PullRequest, Repository, Review, ReviewComment, Thread
from app.devforge.shapes import accounts, comments, repositories
from app.devforge.shapes.names import Json, node_id, page, repository_api


def pull(forge: Forge, one: PullRequest) -> Json:
    """A pull request in a list."""
    repository = forge.repository_by_id(one.repository_id)
    links = _links(forge, repository, one)
    web = page(forge, repository, f"/pull/{one.number}")
    return {
        "url": links["self"],
        "id": one.id,
        "node_id": node_id("PR", one.id),
        "html_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "issue_url": links["issue"],
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "number": one.number,
        "state": one.state,
        "locked": False,
        "title": one.title,
        "user": accounts.account(forge, forge.account_by_id(one.author_id)),
        "body": one.body,
        "labels": [label(forge, repository, name) for name in one.label_names],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "closed_at": one.closed_at,
        "merged_at": one.merged_at,
        "merge_commit_sha": one.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _end(forge, one.head_branch, one.head_sha, _head_repository(forge, one), one.author_id),
        "base": _end(forge, one.base_branch, one.base_sha, repository, repository.owner_id),
        "_links": {name: {"href": url} for name, url in links.items()},
        "author_association": "CONTRIBUTOR",
        "auto_merge": None,
        "draft": one.draft,
    }


def full_pull(forge: Forge, one: PullRequest) -> Json:
    """A pull request asked for by itself, and in webhooks."""
    git = forge.git(forge.repository_by_id(one.repository_id))
    base = git.merge_base(one.base_sha, one.head_sha)
    changed = git.numbers(base, one.head_sha) if base else (0, 0, 0)
    threads = forge.database.all(Thread, pull_id=one.id)
    merger = forge.account_by_id(one.merged_by_id) if one.merged_by_id else None
    return {
        **pull(forge, one),
        "merged": one.merged,
        "mergeable": one.mergeable,
        "rebaseable": None,
        "mergeable_state": _mergeable_state(one),
        "merged_by": accounts.account(forge, merger) if merger else None,
        "comments": len(forge.database.all(IssueComment, pull_id=one.id)),
        "review_comments": sum(len(forge.database.all(ReviewComment, thread_id=thread.id)) for thread in threads),
        "maintainer_can_modify": False,
        "commits": git.count(f"{one.base_sha}..{one.head_sha}"),
        "additions": changed[0],
        "deletions": changed[1],
        "changed_files": changed[2],
    }


def issue(forge: Forge, one: PullRequest) -> Json:
    """The issue that a pull request also is."""
    repository = forge.repository_by_id(one.repository_id)
    url = repository_api(forge, repository, f"/issues/{one.number}")
    web = page(forge, repository, f"/pull/{one.number}")
    shape = pull(forge, one)
    same = ("number", "title", "user", "labels", "state", "locked", "assignee", "assignees", "milestone", "body", "draft")
    return {
        "url": url,
        "repository_url": repository_api(forge, repository),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": web,
        "id": one.id + 2_000_000,
        "node_id": node_id("I", one.id),
        **{
            name: shape[name]
            for name in (*same, "created_at", "updated_at", "closed_at", "author_association", "active_lock_reason")
        },
        "comments": len(forge.database.all(IssueComment, pull_id=one.id)),
        "pull_request": {name: shape[name] for name in ("url", "html_url", "diff_url", "patch_url", "merged_at")},
        "reactions": comments.reactions(forge, "issue", one.id, f"{url}/reactions"),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": None,
    }


def label(forge: Forge, repository: Repository, name: str) -> Json:
    """A label; its colour comes from its name."""
    number = int.from_bytes(sha256(f"{repository.id} {name}".encode()).digest()[:6], "big")
    colour = sha256(name.encode()).hexdigest()[:6]
    url = repository_api(forge, repository, f"/labels/{name}")
    return {
        "id": number,
        "node_id": node_id("LA", number),
        "url": url,
        "name": name,
        "color": colour,
        "default": False,
        "description": "",
    }


def review(forge: Forge, one: Review, on: PullRequest) -> Json:
    """A review."""
    repository = forge.repository_by_id(on.repository_id)
    web = page(forge, repository, f"/pull/{on.number}#pullrequestreview-{one.id}")
    url = repository_api(forge, repository, f"/pulls/{on.number}")
    return {
        "id": one.id,
        "node_id": node_id("PRR", one.id),
        "user": accounts.account(forge, forge.account_by_id(one.author_id)),
        "body": one.body,
        "state": one.state,
        "html_url": web,
        "pull_request_url": url,
        "author_association": "CONTRIBUTOR",
        "_links": {"html": {"href": web}, "pull_request": {"href": url}},
        "submitted_at": one.submitted_at,
        "commit_id": one.commit_id,
    }


def _head_repository(forge: Forge, one: PullRequest) -> Repository | None:
    return forge.database.one(Repository, id=one.head_repository_id) if one.head_repository_id else None


def _end(forge: Forge, branch: str, sha: str, repository: Repository | None, account_id: int) -> Json:
    owner = forge.account_by_id(repository.owner_id if repository else account_id)
    return {
        "label": f"{owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": accounts.account(forge, owner),
        "repo": repositories.repository(forge, repository) if repository else None,
    }


def _mergeable_state(one: PullRequest) -> str:
    if one.mergeable is None:
        return "unknown"
    if one.draft:
        return "draft"
    return "clean" if one.mergeable else "dirty"


def _links(forge: Forge, repository: Repository, one: PullRequest) -> dict[str, str]:
    url = repository_api(forge, repository, f"/pulls/{one.number}")
    issue_url = repository_api(forge, repository, f"/issues/{one.number}")
    return {
        "self": url,
        "html": page(forge, repository, f"/pull/{one.number}"),
        "issue": issue_url,
        "comments": f"{issue_url}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": repository_api(forge, repository, "/pulls/comments{/number}"),
        "commits": f"{url}/commits",
        "statuses": repository_api(forge, repository, f"/statuses/{one.head_sha}"),
    }
