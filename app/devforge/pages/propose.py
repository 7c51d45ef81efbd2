"""Opening a pull request from a pushed branch."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from app.devforge import pulls
from app.devforge.comparisons import compare
from app.devforge.git import Commit
from app.devforge.pages.diff_view import ShownFile, shown_files
from app.devforge.pages.frame import Header, header
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.records import PullRequest


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two branches side by side. `problem` says why there is nothing to open; `known` is the number of one that is open."""

    header: Header
    branches: tuple[str, ...]
    base: str
    head: str
    problem: str
    known: int | None
    title: str
    body: str
    commits: tuple[Commit, ...]
    files: tuple[ShownFile, ...]
    may_open: bool


def choose(visit: Visit) -> Response:
    """GET /{owner}/{repo}/compare, with ?base=&head= from its form"""
    repository = visit.repository()
    base, head = visit.query.get("base", repository.default_branch), visit.query.get("head", "")
    if head:
        return visit.go(f"/{visit.forge.full_name(repository)}/compare/{quote(base)}...{quote(head)}")
    return _compare(visit, base, base)


def show(visit: Visit) -> Response:
    """GET /{owner}/{repo}/compare/{head} or /compare/{base}...{head}"""
    base, dots, head = visit.path["range"].partition("...")
    return _compare(visit, base if dots else visit.repository().default_branch, head if dots else base)


def create(visit: Visit) -> Response:
    """POST /{owner}/{repo}/pulls"""
    repository, form = visit.repository(), visit.form
    proposal = pulls.Proposal(
        title=form.get("title", "").strip() or form.get("head", ""),
        body=form.get("body") or None,
        base=form.get("base", ""),
        head=form.get("head", ""),
        draft="draft" in form,
    )
    made = pulls.open_pull(visit.forge, visit.account, repository, proposal)
    return visit.go(f"/{visit.forge.full_name(repository)}/pull/{made.number}")


def _compare(visit: Visit, base: str, head: str) -> Response:
    repository = visit.repository()
    git = visit.forge.git(repository)
    source, branch = pulls.head_of(visit.forge, repository, head)
    old, new = git.branch(base), visit.forge.git(source).branch(branch)
    if new and source.id != repository.id:
        git.bring(visit.forge.git(source), new)
    common = git.merge_base(old, new) if old and new else None
    commits = tuple(git.commits(f"{old}..{new}")[::-1]) if common else ()
    known = visit.forge.database.one(
        PullRequest,
        repository_id=repository.id,
        head_repository_id=source.id,
        base_branch=base,
        head_branch=branch,
        state="open",
    )
    subject, _, rest = commits[0].message.partition("\n") if commits else ("", "", "")
    page = ComparePage(
        header=header(visit, repository, "pulls"),
        branches=tuple(git.branches()),
        base=base,
        head=head,
        problem=_problem(old, new, common, commits),
        known=known.number if known else None,
        title=subject if len(commits) == 1 else head.replace("-", " ").replace("/", ": ").capitalize(),
        body=rest.strip() if len(commits) == 1 else "",
        commits=commits,
        files=tuple(shown_files(compare(git, common, new), [])) if common and new else (),
        may_open=visit.actor.account is not None,
    )
    return visit.show("compare.html", page)


def _problem(old: str | None, new: str | None, common: str | None, commits: tuple[Commit, ...]) -> str:
    if old is None or new is None:
        return "One of these branches does not exist."
    if old == new:
        return "Choose two different branches to see what has changed, or to open a pull request."
    if common is None:
        return "These branches have no history in common."
    return "" if commits else "There is nothing to compare: the base has all commits of the other branch."


_REPO = "/{owner}/{repo}"
ROUTES: tuple[PageRoute, ...] = (
    PageRoute("GET", f"{_REPO}/compare", choose),
    PageRoute("GET", f"{_REPO}/compare/{{range:path}}", show),
    PageRoute("POST", f"{_REPO}/pulls", create),
)
