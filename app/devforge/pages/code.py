"""The files of a repository, and its commits."""

from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from app.devforge import clock
from app.devforge.comparisons import compare
from app.devforge.errors import not_found
from app.devforge.git import Commit, Entry, GitRepository
from app.devforge.pages.diff_view import ShownFile, shown_files
from app.devforge.pages.frame import Header, header
from app.devforge.pages.markdown import rendered
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.records import PullRequest, Repository

_LARGEST_SHOWN = 512 * 1024


@dataclass(frozen=True, slots=True)
class FilesPage:
    """A folder. `fresh` are branches without a pull request, newest first."""

    header: Header
    branch: str
    branches: tuple[str, ...]
    path: str
    entries: tuple[Entry, ...]
    readme: Markup | None
    clone_url: str
    last: Commit | None
    fresh: tuple[str, ...]
    compare: str
    may_fork: bool


@dataclass(frozen=True, slots=True)
class BlobPage:
    """A file; `lines` is None when it is not text or too large to show."""

    header: Header
    branch: str
    path: str
    lines: tuple[str, ...] | None
    size: int


@dataclass(frozen=True, slots=True)
class CommitPage:
    """A commit and what it changed."""

    header: Header
    commit: Commit
    made_at: str
    files: tuple[ShownFile, ...]


def front(visit: Visit) -> Response:
    """GET /{owner}/{repo}"""
    repository = visit.repository()
    return _folder(visit, repository, repository.default_branch, "")


def folder(visit: Visit) -> Response:
    """GET /{owner}/{repo}/tree/{branch}/{path}"""
    repository = visit.repository()
    return _folder(visit, repository, *_split(visit.forge.git(repository), visit.path["rest"]))


def blob(visit: Visit) -> Response:
    """GET /{owner}/{repo}/blob/{branch}/{path}"""
    repository = visit.repository()
    branch, path, content = _content(visit, repository)
    text = None if b"\0" in content or len(content) > _LARGEST_SHOWN else content.decode("utf-8", "replace")
    lines = None if text is None else tuple(text.splitlines())
    return visit.show("blob.html", BlobPage(header(visit, repository, "code"), branch, path, lines, len(content)))


def raw(visit: Visit) -> Response:
    """GET /{owner}/{repo}/raw/{branch}/{path}"""
    return Response(_content(visit, visit.repository())[2], media_type="text/plain; charset=utf-8")


def commit(visit: Visit) -> Response:
    """GET /{owner}/{repo}/commit/{sha}"""
    repository = visit.repository()
    git = visit.forge.git(repository)
    sha = git.resolve(visit.path["sha"])
    if sha is None:
        raise not_found()
    made = git.commits(sha, limit=1)[0]
    files = shown_files(compare(git, made.parents[0], sha), []) if made.parents else []
    return visit.show("commit.html", CommitPage(header(visit, repository, "code"), made, in_utc(made), tuple(files)))


def in_utc(made: Commit) -> str:
    """When a commit was made, as the other times on a page."""
    return clock.from_git(made.committer_date)


def _folder(visit: Visit, repository: Repository, branch: str, path: str) -> Response:
    git = visit.forge.git(repository)
    sha = git.resolve(branch)
    entries = git.entries(sha, path) if sha else []
    if path and not entries:
        raise not_found()
    page = FilesPage(
        header=header(visit, repository, "code"),
        branch=branch,
        branches=tuple(git.branches()),
        path=path,
        entries=tuple(sorted(entries, key=lambda one: (one.kind != "tree", one.path))),
        readme=_readme(git, sha, entries) if sha else None,
        clone_url=f"{visit.forge.base_url}/{visit.forge.full_name(repository)}.git",
        last=git.commits(sha, limit=1)[0] if sha else None,
        fresh=_fresh(visit, repository) if not path else (),
        compare=_compare(visit, repository),
        may_fork=visit.actor.account is not None and visit.actor.account.id != repository.owner_id,
    )
    return visit.show("files.html", page)


def _compare(visit: Visit, repository: Repository) -> str:
    """What the address of a comparison begins with before the branch: a fork's lead to what it was forked from."""
    parent = visit.forge.database.one(Repository, id=repository.parent_id) if repository.parent_id else None
    if parent is None:
        return f"/{visit.forge.full_name(repository)}/compare/"
    owner = visit.forge.account_by_id(repository.owner_id).login
    return f"/{visit.forge.full_name(parent)}/compare/{quote(parent.default_branch)}...{owner}:"


def _readme(git: GitRepository, sha: str, entries: list[Entry]) -> Markup | None:
    found = next((one.path for one in entries if one.path.lower().rsplit("/", 1)[-1] == "readme.md"), None)
    content = git.blob(sha, found) if found else None
    return rendered(content.decode("utf-8", "replace")) if content else None


def _fresh(visit: Visit, repository: Repository) -> tuple[str, ...]:
    proposed = {one.head_branch for one in visit.forge.database.all(PullRequest, head_repository_id=repository.id)}
    return tuple(name for name in visit.forge.git(repository).branches() if name not in {*proposed, repository.default_branch})


def _content(visit: Visit, repository: Repository) -> tuple[str, str, bytes]:
    git = visit.forge.git(repository)
    branch, path = _split(git, visit.path["rest"])
    content = git.blob(branch, path)
    if content is None:
        raise not_found()
    return branch, path, content


def _split(git: GitRepository, rest: str) -> tuple[str, str]:
    """Branch and path; a branch may have slashes in its name, so the longest that exists counts."""
    names = [name for name in git.branches() if rest == name or rest.startswith(f"{name}/")]
    branch = max(names, key=len) if names else rest.split("/", 1)[0]
    if git.resolve(branch) is None:
        raise not_found()
    return branch, rest.removeprefix(branch).strip("/")


_REPO = "/{owner}/{repo}"
ROUTES: tuple[PageRoute, ...] = (
    PageRoute("GET", _REPO, front),
    PageRoute("GET", f"{_REPO}/tree/{{rest:path}}", folder),
    PageRoute("GET", f"{_REPO}/blob/{{rest:path}}", blob),
    PageRoute("GET", f"{_REPO}/raw/{{rest:path}}", raw),
    PageRoute("GET", f"{_REPO}/commit/{{sha}}", commit),
)
