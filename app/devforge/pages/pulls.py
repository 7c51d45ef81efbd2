"""Pull requests: the list, one's conversation, its commits, its diff."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from app.devforge import gate, pulls
from app.devforge.comparisons import pull_diff
from app.devforge.forge import Forge
from app.devforge.git import Commit
from app.devforge.pages.code import in_utc
from app.devforge.pages.diff_view import ShownComment, ShownFile, ShownThread, shown_files, shown_reactions, shown_threads
from app.devforge.pages.frame import Header, header
from app.devforge.pages.markdown import rendered
from app.devforge.pages.merge_box import MergeBox, merge_box
from app.devforge.pages.site import PageRoute, Visit
from app.devforge.pages.title import Title, comments_on, commits_of, title
from app.devforge.records import Account, IssueComment, PullRequest, Review, ReviewComment, Thread


@dataclass(frozen=True, slots=True)
class PullLine:
    """A pull request in the list; `checks` is passing, pending, failing or ""."""

    pull: PullRequest
    author: Account
    comments: int
    checks: str


@dataclass(frozen=True, slots=True)
class PullsPage:
    """The list of open or closed ones."""

    header: Header
    state: str
    open_count: int
    closed_count: int
    lines: tuple[PullLine, ...]


@dataclass(frozen=True, slots=True)
class CommentItem:
    """A comment in the conversation."""

    kind: ClassVar[str] = "comment"
    at: str
    comment: ShownComment


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A review with the threads that it began."""

    kind: ClassVar[str] = "review"
    at: str
    review: Review
    author: Account
    html: Markup
    threads: tuple[ShownThread, ...]


@dataclass(frozen=True, slots=True)
class CommitItem:
    """A commit of the head branch."""

    kind: ClassVar[str] = "commit"
    at: str
    commit: Commit


@dataclass(frozen=True, slots=True)
class EndItem:
    """It was merged or closed."""

    kind: ClassVar[str] = "end"
    at: str
    merged_by: Account | None
    commit: str


Item = CommentItem | ReviewItem | CommitItem | EndItem


@dataclass(frozen=True, slots=True)
class PullPage:
    """The conversation; `box` is None once it is merged or closed."""

    title: Title
    body: ShownComment
    items: tuple[Item, ...]
    box: MergeBox | None


@dataclass(frozen=True, slots=True)
class CommitsPage:
    """The commits, oldest first, each with when it was made."""

    title: Title
    commits: tuple[tuple[Commit, str], ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """The line of the diff on which the visitor wants to comment; "" and 0 for none."""

    path: str
    side: str
    line: int


@dataclass(frozen=True, slots=True)
class FilesPage:
    """The diff."""

    title: Title
    files: tuple[ShownFile, ...]
    writing: Writing


def index(visit: Visit) -> Response:
    """GET /{owner}/{repo}/pulls"""
    repository = visit.repository()
    every = visit.forge.database.all(PullRequest, repository_id=repository.id)
    state = "closed" if visit.query.get("state") == "closed" else "open"
    shown = [_line(visit.forge, one) for one in reversed(every) if one.state == state]
    opened = sum(one.state == "open" for one in every)
    page = PullsPage(header(visit, repository, "pulls"), state, opened, len(every) - opened, tuple(shown))
    return visit.show("pulls.html", page)


def conversation(visit: Visit) -> Response:
    """GET /{owner}/{repo}/pull/{number}"""
    pull = pulls.computed(visit.forge, visit.pull())
    author = visit.forge.account_by_id(pull.author_id)
    words = rendered(pull.body) if pull.body else Markup("<em>No description provided.</em>")
    body = ShownComment("pull", pull.id, author, words, pull.created_at, edited=False, reactions=())
    box = merge_box(visit, pull) if pull.state == "open" else None
    return visit.show("pull.html", PullPage(title(visit, pull, "conversation"), body, _items(visit.forge, pull), box))


def commits(visit: Visit) -> Response:
    """GET /{owner}/{repo}/pull/{number}/commits"""
    pull = visit.pull()
    made = tuple((one, in_utc(one)) for one in commits_of(visit.forge, pull))
    return visit.show("commits.html", CommitsPage(title(visit, pull, "commits"), made))


def files(visit: Visit) -> Response:
    """GET /{owner}/{repo}/pull/{number}/files: with ?path=&side=&line= a form to comment on that line."""
    pull = visit.pull()
    threads = shown_threads(visit.forge, pull, visit.forge.database.all(Thread, pull_id=pull.id))
    shown = shown_files(pull_diff(visit.forge, pull, pull.head_sha), threads)
    number = visit.query.get("line", "")
    writing = Writing(visit.query.get("path", ""), visit.query.get("side", "RIGHT"), int(number) if number.isdecimal() else 0)
    return visit.show("pull_files.html", FilesPage(title(visit, pull, "files"), tuple(shown), writing))


def _items(forge: Forge, pull: PullRequest) -> tuple[Item, ...]:
    """The conversation in the order in which it went; what a review says comes after what it is about."""
    items: list[Item] = [CommitItem(max(in_utc(one), pull.created_at), one) for one in commits_of(forge, pull)]
    items += [_comment(forge, one) for one in forge.database.all(IssueComment, pull_id=pull.id)]
    items += _reviews(forge, pull)
    if pull.state == "closed" and pull.closed_at:
        merger = forge.account_by_id(pull.merged_by_id) if pull.merged_by_id else None
        items.append(EndItem(pull.closed_at, merger, pull.merge_commit_sha or ""))
    return tuple(sorted(items, key=lambda one: one.at))


def _comment(forge: Forge, one: IssueComment) -> CommentItem:
    shown = ShownComment(
        kind="issue_comment",
        id=one.id,
        author=forge.account_by_id(one.author_id),
        html=rendered(one.body),
        created_at=one.created_at,
        edited=one.updated_at != one.created_at,
        reactions=shown_reactions(forge, "issue_comment", one.id),
    )
    return CommentItem(one.created_at, shown)


def _reviews(forge: Forge, pull: PullRequest) -> list[ReviewItem]:
    """Reviews that say something by themselves or began a thread; answers are shown in the thread that they answer."""
    began: dict[int, list[Thread]] = {}
    for thread in forge.database.all(Thread, pull_id=pull.id):
        first = forge.database.all(ReviewComment, thread_id=thread.id)[0]
        began.setdefault(first.review_id, []).append(thread)
    items = []
    for review in forge.database.all(Review, pull_id=pull.id):
        if review.id in began or review.body or review.state != "COMMENTED":
            threads = tuple(shown for _, shown in shown_threads(forge, pull, began.get(review.id, [])))
            author = forge.account_by_id(review.author_id)
            items.append(ReviewItem(review.submitted_at, review, author, rendered(review.body), threads))
    return items


def _line(forge: Forge, one: PullRequest) -> PullLine:
    said = set(gate.standing(forge, forge.repository_by_id(one.repository_id), one.head_sha).values())
    checks = next((state for state in ("failing", "pending", "passing") if state in said), "")
    return PullLine(one, forge.account_by_id(one.author_id), comments_on(forge, one), checks)


_PULL = "/{owner}/{repo}/pull/{number}"
ROUTES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/{owner}/{repo}/pulls", index),
    PageRoute("GET", _PULL, conversation),
    PageRoute("GET", f"{_PULL}/commits", commits),
    PageRoute("GET", f"{_PULL}/files", files),
)
