"""Repositories: what they are, branches and their protection, contents, commits, comparisons."""

from pydantic import Field

from app.devforge import gate
from app.devforge.access import require, role
from app.devforge.comparisons import compare
from app.devforge.errors import ApiError, not_found
from app.devforge.git import GitRepository
from app.devforge.records import Repository
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, paged
from app.devforge.rest.statuses import commit_of
from app.devforge.shapes import repositories as shapes
from app.devforge.shapes.names import page, repository_api

MOST_FILES = 300
MOST_COMMITS = 250


class RequiredChecks(Body):
    """Which statuses must succeed."""

    strict: bool = False
    contexts: list[str] = Field(default_factory=list)


class NewProtection(Body):
    """The rules of a branch; what this forge does not know is taken and forgotten."""

    required_status_checks: RequiredChecks | None = None


def show_root(call: Call) -> Answer:
    """GET /"""
    return Answer(shapes.api_root(call.forge))


def show_meta(_: Call) -> Answer:
    """GET /meta"""
    return Answer({"verifiable_password_authentication": False, "installed_version": "3.19.0"})


def show_repository(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}"""
    repository = call.repository()
    granted = role(call.forge, call.actor.account, repository)
    return Answer(shapes.full_repository(call.forge, repository, granted))


def show_repository_by_id(call: Call) -> Answer:
    """GET /repositories/{id}"""
    found = call.forge.database.one(Repository, id=call.number("id"))
    if found is None:
        raise not_found()
    require(call.forge, call.actor, found, "read", "metadata")
    return Answer(shapes.full_repository(call.forge, found, role(call.forge, call.actor.account, found)))


def list_branches(call: Call) -> Answer:
    """GET .../branches"""
    repository, git = readable(call)
    found = sorted(git.branches().items())
    return paged(
        call, found, lambda one: shapes.branch(call.forge, repository, *one, gate.protection(call.forge, repository, one[0]))
    )


def show_branch(call: Call) -> Answer:
    """GET .../branches/{branch}"""
    repository, git = readable(call)
    name, sha = call.path["branch"], git.branch(call.path["branch"])
    if sha is None:
        raise ApiError(404, "Branch not found")
    shape = shapes.branch(call.forge, repository, name, sha, gate.protection(call.forge, repository, name))
    made = shapes.commit(call.forge, repository, git.commits(sha, limit=1)[0])
    links = {
        "self": repository_api(call.forge, repository, f"/branches/{name}"),
        "html": page(call.forge, repository, f"/tree/{name}"),
    }
    return Answer({**shape, "commit": made, "_links": links})


def show_protection(call: Call) -> Answer:
    """GET .../branches/{branch}/protection"""
    repository = call.repository()
    require(call.forge, call.actor, repository, "read", "administration")
    found = gate.protection(call.forge, repository, call.path["branch"])
    if found is None:
        raise ApiError(404, "Branch not protected")
    return Answer(shapes.protection(call.forge, repository, found))


def replace_protection(call: Call) -> Answer:
    """PUT .../branches/{branch}/protection"""
    repository, asked = call.repository(), call.read(NewProtection).required_status_checks
    require(call.forge, call.actor, repository, "write", "administration")
    contexts, strict = (asked.contexts, asked.strict) if asked else ([], False)
    call.forge.protect_branch(call.forge.full_name(repository), call.path["branch"], contexts, strict=strict)
    return show_protection(call)


def show_content(call: Call) -> Answer:
    """GET .../contents/{path}"""
    repository, git = readable(call)
    revision = call.query.get("ref") or repository.default_branch
    sha = git.resolve(revision)
    if sha is None:
        raise ApiError(404, f"No commit found for the ref {revision}")
    path = call.path["path"].strip("/")
    folder, _, name = path.rpartition("/")
    entry = next((one for one in git.entries(sha, folder) if one.path == path), None) if name else None
    if entry and entry.kind == "blob":
        return Answer(shapes.content(call.forge, repository, entry, revision, git.blob(sha, path)))
    inside = git.entries(sha, path)
    if not inside and path:
        raise not_found()
    return Answer([shapes.content(call.forge, repository, one, revision) for one in inside])


def list_commits(call: Call) -> Answer:
    """GET .../commits"""
    repository, git = readable(call)
    sha = git.resolve(call.query.get("sha") or repository.default_branch)
    found = git.commits(sha) if sha else []
    return paged(call, found, lambda one: shapes.commit(call.forge, repository, one))


def show_commit(call: Call) -> Answer:
    """GET .../commits/{ref}"""
    repository, sha = commit_of(call, "contents")
    git = call.forge.git(repository)
    made = git.commits(sha, limit=1)[0]
    files = compare(git, made.parents[0], sha)[:MOST_FILES] if made.parents else ()
    added, gone = sum(one.additions for one in files), sum(one.deletions for one in files)
    shape = {
        "stats": {"additions": added, "deletions": gone, "total": added + gone},
        "files": [shapes.changed_file(call.forge, repository, one, sha) for one in files],
    }
    return Answer({**shapes.commit(call.forge, repository, made), **shape})


def compare_commits(call: Call) -> Answer:
    """GET .../compare/{base}...{head}: from the merge base, 300 files at most."""
    repository, git = readable(call)
    base_name, dots, head_name = call.path["basehead"].partition("...")
    base, head = (git.resolve(name.rpartition(":")[2]) for name in (base_name, head_name))
    common = git.merge_base(base, head) if base and head else None
    if not dots or base is None or head is None or common is None:
        raise not_found()
    ahead, behind = git.count(f"{base}..{head}"), git.count(f"{head}..{base}")
    status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    url = repository_api(call.forge, repository, f"/compare/{call.path['basehead']}")
    web = page(call.forge, repository, f"/compare/{call.path['basehead']}")
    tips = {
        name: shapes.commit(call.forge, repository, git.commits(sha, limit=1)[0])
        for name, sha in (("base", base), ("common", common))
    }
    made = git.commits(f"{base}..{head}")[::-1][:MOST_COMMITS]
    return Answer(
        {
            "url": url,
            "html_url": web,
            "permalink_url": web,
            "diff_url": f"{web}.diff",
            "patch_url": f"{web}.patch",
            "base_commit": tips["base"],
            "merge_base_commit": tips["common"],
            "status": status,
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "commits": [shapes.commit(call.forge, repository, one) for one in made],
            "files": [
                shapes.changed_file(call.forge, repository, one, head) for one in compare(git, common, head)[:MOST_FILES]
            ],
        }
    )


def readable(call: Call) -> tuple[Repository, GitRepository]:
    """The repository that the address names, for reading its contents. Raises 404 and 403."""
    repository = call.repository()
    require(call.forge, call.actor, repository, "read", "contents")
    return repository, call.forge.git(repository)


_REPO = "/repos/{owner}/{repo}"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/", show_root),
    Endpoint("GET", "/meta", show_meta),
    Endpoint("GET", "/repositories/{id}", show_repository_by_id),
    Endpoint("GET", _REPO, show_repository),
    Endpoint("GET", f"{_REPO}/branches", list_branches),
    Endpoint("GET", f"{_REPO}/branches/{{branch:path}}/protection", show_protection),
    Endpoint("PUT", f"{_REPO}/branches/{{branch:path}}/protection", replace_protection),
    Endpoint("GET", f"{_REPO}/branches/{{branch:path}}", show_branch),
    Endpoint("GET", f"{_REPO}/contents{{path:path}}", show_content),
    Endpoint("GET", f"{_REPO}/commits", list_commits),
    Endpoint("GET", f"{_REPO}/commits/{{ref:path}}", show_commit),
    Endpoint("GET", f"{_REPO}/compare/{{basehead:path}}", compare_commits),
)
