"""Repositories, commits, changed files, branches."""

import base64
from urllib.parse import quote

from app.devforge.diffs import FileDiff
from app.devforge.forge import Forge
from app.devforge.git import Commit, Entry
from app.devforge.records import Account, Protection, Repository
from app.devforge.shapes import accounts
from app.devforge.shapes.names import Json, api, node_id, page, repository_api

_TEMPLATES = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_COUNTS = ("forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count")
_FEATURES = {
    **dict.fromkeys(
        ("has_discussions", "has_downloads", "has_pages", "has_projects", "has_wiki", "disabled", "is_template"),
        False,
    ),
    "has_issues": True,
    "allow_forking": True,
    "web_commit_signoff_required": False,
}
_MERGING = {
    "allow_merge_commit": True,
    "allow_squash_merge": True,
    "allow_rebase_merge": False,
    "allow_auto_merge": False,
    "allow_update_branch": False,
    "delete_branch_on_merge": False,
}


def repository(forge: Forge, one: Repository) -> Json:
    """A repository."""
    full_name = forge.full_name(one)
    web = page(forge, one)
    return {
        "id": one.id,
        "node_id": node_id("R", one.id),
        "name": one.name,
        "full_name": full_name,
        "private": one.private,
        "owner": accounts.account(forge, forge.account_by_id(one.owner_id)),
        "html_url": web,
        "description": one.description,
        "fork": one.parent_id is not None,
        "url": repository_api(forge, one),
        **{name: repository_api(forge, one, path) for name, path in _TEMPLATES.items()},
        "clone_url": f"{web}.git",
        "git_url": f"{web}.git",
        "ssh_url": f"{web}.git",
        "svn_url": web,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "custom_properties": {},
        "visibility": "private" if one.private else "public",
        "archived": one.archived,
        "default_branch": one.default_branch,
        "created_at": one.created_at,
        "updated_at": one.pushed_at,
        "pushed_at": one.pushed_at,
        **dict.fromkeys(_COUNTS, 0),
        **_FEATURES,
    }


def full_repository(forge: Forge, one: Repository, permission: str) -> Json:
    """A repository asked for by itself; `permission` is the asker's role in it."""
    roles = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
    order = ("none", *roles.values())
    may = {name: order.index(permission) >= order.index(needed) for name, needed in roles.items()}
    shape = {**repository(forge, one), **_MERGING, "permissions": may, "network_count": 0, "subscribers_count": 0}
    if one.parent_id is not None:
        parent = repository(forge, forge.repository_by_id(one.parent_id))
        shape |= {"parent": parent, "source": parent}
    return shape


def commit(forge: Forge, one: Repository, made: Commit) -> Json:
    """A commit with the accounts behind it, where an address tells."""
    url = repository_api(forge, one, f"/commits/{made.sha}")
    return {
        "sha": made.sha,
        "node_id": node_id("C", one.id) + made.sha[:12],
        "commit": {
            "author": {"name": made.author_name, "email": made.author_email, "date": made.author_date},
            "committer": {"name": made.committer_name, "email": made.committer_email, "date": made.committer_date},
            "message": made.message,
            "tree": {"sha": made.tree, "url": repository_api(forge, one, f"/git/trees/{made.tree}")},
            "url": repository_api(forge, one, f"/git/commits/{made.sha}"),
            "comment_count": 0,
            "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None},
        },
        "url": url,
        "html_url": page(forge, one, f"/commit/{made.sha}"),
        "comments_url": f"{url}/comments",
        "author": _writer(forge, made.author_email),
        "committer": _writer(forge, made.committer_email),
        "parents": [_parent(forge, one, sha) for sha in made.parents],
    }


def changed_file(forge: Forge, one: Repository, diff: FileDiff, head: str) -> Json:
    """A file of a comparison ("diff entry")."""
    path = quote(diff.path)
    shape: Json = {
        "sha": diff.blob,
        "filename": diff.path,
        "status": diff.status,
        "additions": diff.additions,
        "deletions": diff.deletions,
        "changes": diff.additions + diff.deletions,
        "blob_url": page(forge, one, f"/blob/{head}/{path}"),
        "raw_url": page(forge, one, f"/raw/{head}/{path}"),
        "contents_url": repository_api(forge, one, f"/contents/{path}?ref={head}"),
    }
    if diff.patch is not None:
        shape["patch"] = diff.patch
    if diff.status == "renamed":
        shape["previous_filename"] = diff.old_path
    return shape


def content(forge: Forge, one: Repository, entry: Entry, revision: str, blob: bytes | None = None) -> Json:
    """A file or folder as the contents API shows it; with `blob` the file itself."""
    path = quote(entry.path)
    url = repository_api(forge, one, f"/contents/{path}?ref={revision}")
    web = page(forge, one, f"/blob/{revision}/{path}")
    git_url = repository_api(forge, one, f"/git/{entry.kind}s/{entry.sha}")
    kinds = {"tree": "dir", "commit": "submodule", "blob": "symlink" if entry.mode == "120000" else "file"}
    shape: Json = {
        "type": kinds[entry.kind],
        "name": entry.path.rsplit("/", 1)[-1],
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size,
        "url": url,
        "html_url": web,
        "git_url": git_url,
        "download_url": page(forge, one, f"/raw/{revision}/{path}") if entry.kind == "blob" else None,
        "_links": {"self": url, "git": git_url, "html": web},
    }
    return shape if blob is None else {**shape, "encoding": "base64", "content": base64.encodebytes(blob).decode()}


def branch(forge: Forge, one: Repository, name: str, sha: str, protected: Protection | None) -> Json:
    """A branch in a list."""
    url = repository_api(forge, one, f"/branches/{quote(name)}/protection")
    checks = {"enforcement_level": "everyone" if protected else "off", **_required(protected)}
    return {
        "name": name,
        "commit": {"sha": sha, "url": repository_api(forge, one, f"/commits/{sha}")},
        "protected": protected is not None,
        "protection": {"enabled": protected is not None, "required_status_checks": checks},
        "protection_url": url,
    }


def protection(forge: Forge, one: Repository, protected: Protection) -> Json:
    """The rules of a branch."""
    url = repository_api(forge, one, f"/branches/{quote(protected.branch)}/protection")
    off = {"enabled": False}
    return {
        "url": url,
        "required_status_checks": {
            "url": f"{url}/required_status_checks",
            "strict": protected.strict,
            "contexts_url": f"{url}/required_status_checks/contexts",
            **_required(protected),
        },
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": False},
        **dict.fromkeys(
            ("required_linear_history", "allow_force_pushes", "allow_deletions", "block_creations", "lock_branch"), off
        ),
        "required_conversation_resolution": off,
    }


def git_ref(forge: Forge, one: Repository, ref: str, sha: str) -> Json:
    """A ref of the git database."""
    return {
        "ref": ref,
        "node_id": node_id("REF", one.id),
        "url": repository_api(forge, one, f"/git/{quote(ref)}"),
        "object": {"type": "commit", "sha": sha, "url": repository_api(forge, one, f"/git/commits/{sha}")},
    }


def _required(protected: Protection | None) -> Json:
    contexts = list(protected.required) if protected else []
    return {"contexts": contexts, "checks": [{"context": name, "app_id": None} for name in contexts]}


def _parent(forge: Forge, one: Repository, sha: str) -> Json:
    return {"sha": sha, "url": repository_api(forge, one, f"/commits/{sha}"), "html_url": page(forge, one, f"/commit/{sha}")}


def _writer(forge: Forge, email: str) -> Json | None:
    """The account whose noreply address made a commit."""
    number, _, rest = email.partition("+")
    one = forge.database.one(Account, id=int(number)) if number.isdecimal() and rest else None
    return accounts.account(forge, one) if one and one.email == email else None


def api_root(forge: Forge) -> Json:
    """What the API says about itself."""
    return {"current_user_url": api(forge, "/user"), "repository_url": api(forge, "/repos/{owner}/{repo}")}
