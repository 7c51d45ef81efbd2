"""The head that all pages of one pull request share."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.devforge.access import has_role
from app.devforge.comparisons import pull_diff
from app.devforge.forge import Forge
from app.devforge.git import Commit
from app.devforge.pages.frame import Header, header
from app.devforge.pages.site import Visit
from app.devforge.records import Account, IssueComment, PullRequest, ReviewComment, Thread


@dataclass(frozen=True, slots=True)
class Title:
    """The head of all pages of one pull request."""

    header: Header
    pull: PullRequest
    author: Account
    from_repository: str
    comments: int
    commits: int
    files: int
    additions: int
    deletions: int
    tab: str
    may_comment: bool
    may_edit: bool


def title(visit: Visit, pull: PullRequest, tab: str) -> Title:
    """The head of a page of this pull request, with the tab `tab` open."""
    forge, repository = visit.forge, visit.repository()
    diff = pull_diff(forge, pull, pull.head_sha)
    source = forge.full_name(forge.repository_by_id(pull.head_repository_id)) if pull.head_repository_id else "unknown"
    return Title(
        header=header(visit, repository, "pulls"),
        pull=pull,
        author=forge.account_by_id(pull.author_id),
        from_repository=source,
        comments=comments_on(forge, pull),
        commits=len(commits_of(forge, pull)),
        files=len(diff),
        additions=sum(one.additions for one in diff),
        deletions=sum(one.deletions for one in diff),
        tab=tab,
        may_comment=visit.actor.account is not None,
        may_edit=may_edit(visit, pull),
    )


def may_edit(visit: Visit, pull: PullRequest) -> bool:
    """Whether the visitor may change what it says, close and reopen it."""
    account = visit.actor.account
    return account is not None and (
        account.id == pull.author_id or has_role(visit.forge, account, visit.repository(), "triage")
    )


def comments_on(forge: Forge, pull: PullRequest) -> int:
    """How many comments stand on its page and in its diff."""
    threads = forge.database.all(Thread, pull_id=pull.id)
    inside = sum(len(forge.database.all(ReviewComment, thread_id=one.id)) for one in threads)
    return len(forge.database.all(IssueComment, pull_id=pull.id)) + inside


def commits_of(forge: Forge, pull: PullRequest) -> Sequence[Commit]:
    """Its commits, oldest first."""
    git = forge.git(forge.repository_by_id(pull.repository_id))
    return git.commits(pull.head_sha, f"^{pull.base_sha}")[::-1]
