"""An honest forge in memory: it keeps what is posted, refuses what a forge refuses, and fails when told to."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from app.forges import cut, markers
from app.forges.base import (
    Account,
    ChangeGone,
    ChangeRef,
    ChangeState,
    CheckRun,
    Delivery,
    ForgeError,
    GitAccess,
    Limits,
    LineComment,
    Permission,
    Posted,
    PostedComment,
    PostedThread,
    ProposedChange,
    Reaction,
    RepositoryRef,
    Status,
)
from validators.words import shortened

US = Account("1", "fairlead[bot]", bot=True)
"""Who Fairlead is on the fake forge."""

LIMITS = Limits(comment=65_536, status_description=140)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a change's page, or within a thread."""

    id: str
    author: Account
    body: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Review comments on one line. `resolved_by` is None while it is open; `line` is None once the line is gone."""

    id: str
    path: str
    line: int | None
    comments: tuple[Comment, ...]
    resolved_by: Account | None = None


@dataclass(frozen=True, slots=True)
class _Fault:
    error: ForgeError
    method: str
    after: bool


class FakeForge:
    """The port `app.forges.base.Forge`, in memory.

    Tests set the stage with `propose`, `allow`, `say`, `discuss`, `settle` and `fail_once`, and look at `changes`, `comments`, `threads`,
    `statuses`, `check_runs`, `reactions` and `written`: the methods that changed something, in order. A repeated call that
    changes nothing is not in it; `asked` has every call.
    """

    def __init__(self, name: str = "github", limits: Limits = LIMITS) -> None:
        self._name = name
        self._limits = limits
        self.changes: dict[ChangeRef, ProposedChange] = {}
        self._commentable: dict[ChangeRef, Mapping[str, Collection[int]]] = {}
        self._installed: list[RepositoryRef] = []
        self._permissions: dict[tuple[RepositoryRef, str], Permission] = {}
        self._faults: list[_Fault] = []
        self._last_id = 0
        self.comments: dict[ChangeRef, list[Comment]] = {}
        self.threads: dict[ChangeRef, list[Thread]] = {}
        self.statuses: dict[tuple[RepositoryRef, str, str], Status] = {}
        self.check_runs: dict[tuple[RepositoryRef, str, str], CheckRun] = {}
        self.reactions: dict[str, set[Reaction]] = {}
        self.git_accesses: dict[RepositoryRef, GitAccess] = {}
        self.branches: dict[tuple[RepositoryRef, str], str] = {}
        self.undelivered: list[tuple[datetime, Delivery]] = []
        self.asked: list[str] = []
        self.written: list[str] = []
        self.closed = False

    # ------------------------------------------------------------------ setting the stage

    def propose(self, change: ProposedChange, commentable: Mapping[str, Collection[int]] | None = None) -> None:
        """Put a change there, or put it in place of its earlier state.

        Review comments may stand on the lines of `commentable` (path to lines) only; our threads on other lines are outdated.
        """
        lines = commentable or {}
        self.changes[change.ref] = change
        self._commentable[change.ref] = lines
        self.install(change.ref.repository)
        self.comments.setdefault(change.ref, [])
        self.threads[change.ref] = [
            thread if thread.line in lines.get(thread.path, ()) else replace(thread, line=None)
            for thread in self.threads.get(change.ref, [])
        ]

    def install(self, repository: RepositoryRef) -> None:
        """Let the bot work on a repository."""
        if repository not in self._installed:
            self._installed.append(repository)

    def uninstall(self, repository: RepositoryRef) -> None:
        """Take a repository from the bot."""
        self._installed.remove(repository)

    def remove(self, ref: ChangeRef) -> None:
        """Let the change be gone, as when its repository is deleted."""
        del self.changes[ref]

    def allow(self, repository: RepositoryRef, account: Account, permission: Permission) -> None:
        """Give an account a permission; accounts that nobody gave one have none."""
        self._permissions[repository, account.id] = permission

    def say(self, ref: ChangeRef, author: Account, body: str) -> str:
        """A comment by anyone; returns its id."""
        comment = Comment(self._new_id(), author, body)
        self.comments[ref].append(comment)
        return comment.id

    def discuss(self, ref: ChangeRef, thread: str, author: Account, body: str) -> None:
        """One more comment in a thread."""
        found = self._thread(ref, thread)
        self._keep(ref, replace(found, comments=(*found.comments, Comment(self._new_id(), author, body))))

    def settle(self, ref: ChangeRef, thread: str, account: Account) -> None:
        """Let a person resolve a thread."""
        self._keep(ref, replace(self._thread(ref, thread), resolved_by=account))

    def fail_once(self, error: ForgeError, method: str = "", *, after: bool = False) -> None:
        """Let the next call of `method` (any, for "") raise `error`: before it does anything, or after it did everything,
        as when the answer of a write that succeeded gets lost."""
        self._faults.append(_Fault(error, method, after))

    # ------------------------------------------------------------------ the port

    @property
    def name(self) -> str:
        """As in the port, like everything below."""
        return self._name

    @property
    def limits(self) -> Limits:
        return self._limits

    async def change(self, ref: ChangeRef) -> ProposedChange:
        with self._call("change"):
            return self._change(ref)

    async def open_changes(self, repository: RepositoryRef) -> AsyncIterator[ProposedChange]:
        with self._call("open_changes"):
            found = [one for ref, one in self.changes.items() if ref.repository == repository and one.state is ChangeState.OPEN]
        for one in found:
            yield one

    async def repositories(self) -> AsyncIterator[RepositoryRef]:
        with self._call("repositories"):
            for one in list(self._installed):
                yield one

    async def branch_tip(self, repository: RepositoryRef, branch: str) -> str | None:
        with self._call("branch_tip"):
            return self.branches.get((repository, branch))

    async def failed_deliveries(self, since: datetime) -> AsyncIterator[Delivery]:
        with self._call("failed_deliveries"):
            found = [one for at, one in self.undelivered if at >= since]
        for one in found:
            yield one

    async def git_access(self, repository: RepositoryRef) -> GitAccess:
        with self._call("git_access"):
            if repository not in self._installed:
                raise ChangeGone(f"not installed on {repository.path}")
            return self.git_accesses.get(repository, GitAccess(f"https://forge.example/{repository.path}.git"))

    async def posted(self, ref: ChangeRef, head: str) -> Posted:
        with self._call("posted"):
            self._change(ref)
            ours = [one for one in self.comments[ref] if one.author == US and markers.is_summary(one.body)]
            run = self.check_runs.get((ref.repository, head, str(ref)))
            return Posted(
                summaries=tuple(PostedComment(one.id, one.body, ours=True) for one in ours),
                threads=tuple(_shown(one) for one in self.threads[ref] if one.comments[0].author == US),
                statuses={key[2]: one for key, one in self.statuses.items() if key[:2] == (ref.repository, head)},
                check_run=replace(run, annotations=()) if run else None,
            )

    async def set_status(self, repository: RepositoryRef, commit: str, status: Status) -> None:
        with self._call("set_status"):
            shown = replace(status, description=shortened(status.description, self._limits.status_description))
            if self.statuses.get((repository, commit, status.context)) != shown:
                self.statuses[repository, commit, status.context] = shown
                self.written.append("set_status")

    async def put_check_run(self, repository: RepositoryRef, commit: str, run: CheckRun) -> None:
        with self._call("put_check_run"):
            if self.check_runs.get((repository, commit, run.external_id)) != run:
                self.check_runs[repository, commit, run.external_id] = run
                self.written.append("put_check_run")

    async def put_summary(self, ref: ChangeRef, body: str) -> None:
        with self._call("put_summary"):
            self._change(ref)
            self._put(ref, "put_summary", markers.as_summary(body), markers.is_summary)

    async def post_comments(self, ref: ChangeRef, head: str, comments: Sequence[LineComment]) -> tuple[LineComment, ...]:
        with self._call("post_comments"):
            self._change(ref)
            standing = {markers.finding_key(one.comments[0].body) for one in self.threads[ref] if one.resolved_by is None}
            new = [*{one.key: one for one in comments if one.key not in standing}.values()]
            refused = [one for one in new if not self._may_stand(ref, one)]
            posted = [one for one in new if one not in refused]
            for one in comments:
                if one.key in standing:
                    self._reword(ref, one)
            for one in posted:
                body = cut.comment(markers.keyed(one.key, one.body), self._limits.comment)
                comment = Comment(self._new_id(), US, body)
                self.threads[ref].append(Thread(self._new_id(), one.path, one.line, (comment,)))
            if posted:
                self.written.append("post_comments")
            return tuple(refused)

    async def resolve_thread(self, ref: ChangeRef, thread: PostedThread, word: str) -> None:
        with self._call("resolve_thread"):
            self._change(ref)
            found = next((one for one in self.threads[ref] if one.id == thread.id), None)
            if found and found.resolved_by is None:
                said = found.comments[-1].author == US and found.comments[-1].body == word
                comments = found.comments if said else (*found.comments, Comment(self._new_id(), US, word))
                self._keep(ref, replace(found, comments=comments, resolved_by=US))
                self.written.append("resolve_thread")

    async def reply(self, ref: ChangeRef, comment: str, body: str) -> None:
        with self._call("reply"):
            self._change(ref)
            self._put(ref, "reply", markers.as_reply(comment, body), lambda text: markers.reply_to(text) == comment)

    async def react(self, ref: ChangeRef, comment: str, reaction: Reaction) -> None:
        with self._call("react"):
            self._change(ref)
            given = self.reactions.setdefault(comment, set())
            if reaction not in given:
                given.add(reaction)
                self.written.append("react")

    async def permission(self, repository: RepositoryRef, account: Account) -> Permission:
        with self._call("permission"):
            return self._permissions.get((repository, account.id), Permission.NONE)

    async def close(self) -> None:
        self.closed = True

    # ------------------------------------------------------------------ within

    @contextmanager
    def _call(self, method: str) -> Iterator[None]:
        self.asked.append(method)
        fault = next((one for one in self._faults if one.method in ("", method)), None)
        if fault:
            self._faults.remove(fault)
        if fault and not fault.after:
            raise fault.error
        yield
        if fault:
            raise fault.error

    def _change(self, ref: ChangeRef) -> ProposedChange:
        if ref not in self.changes or ref.repository not in self._installed:
            raise ChangeGone(f"{ref} is not there")
        return self.changes[ref]

    def _put(self, ref: ChangeRef, method: str, body: str, same: Callable[[str], bool]) -> None:
        """Our comment that is the `same`, with `body` now; a new one where there is none."""
        wanted = cut.comment(body, self._limits.comment)
        on_page = self.comments[ref]
        at = next((at for at, one in enumerate(on_page) if one.author == US and same(one.body)), None)
        if at is not None and on_page[at].body == wanted:
            return
        if at is None:
            self.say(ref, US, wanted)
        else:
            on_page[at] = replace(on_page[at], body=wanted)
        self.written.append(method)

    def _may_stand(self, ref: ChangeRef, comment: LineComment) -> bool:
        lines = self._commentable[ref].get(comment.path, ())
        first = comment.line if comment.start_line is None else comment.start_line
        return first <= comment.line and all(line in lines for line in range(first, comment.line + 1))

    def _thread(self, ref: ChangeRef, thread: str) -> Thread:
        return next(one for one in self.threads[ref] if one.id == thread)

    def _reword(self, ref: ChangeRef, comment: LineComment) -> None:
        """The oldest open thread with the comment's key, with its words now."""
        body = cut.comment(markers.keyed(comment.key, comment.body), self._limits.comment)
        open_ones = (one for one in self.threads[ref] if one.resolved_by is None)
        found = next(one for one in open_ones if markers.finding_key(one.comments[0].body) == comment.key)
        first, *others = found.comments
        if first.body != body:
            self._keep(ref, replace(found, comments=(replace(first, body=body), *others)))
            self.written.append("post_comments")

    def _keep(self, ref: ChangeRef, thread: Thread) -> None:
        self.threads[ref] = [thread if one.id == thread.id else one for one in self.threads[ref]]

    def _new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)


def _shown(thread: Thread) -> PostedThread:
    first = thread.comments[0]
    return PostedThread(
        id=thread.id,
        key=markers.finding_key(first.body),
        path=thread.path,
        line=thread.line,
        body=first.body,
        resolved=thread.resolved_by is not None,
        answered=any(one.author != US for one in thread.comments),
        resolved_by_us=thread.resolved_by == US,
    )
