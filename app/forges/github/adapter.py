"""GitHub as a forge. PyGithub waits for each answer, so calls run on threads; what they do is in the other modules."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TypeVar

from app import telemetry
from app.forges.base import (
    Account,
    ChangeGone,
    ChangeRef,
    CheckRun,
    Delivery,
    Forbidden,
    GitAccess,
    Limits,
    LineComment,
    Permission,
    Posted,
    PostedThread,
    ProposedChange,
    Reaction,
    RepositoryRef,
    Status,
)
from app.forges.github import changes, check_runs, conversation, deliveries, people, reviews, statuses, threads
from app.forges.github.access import Access
from app.forges.github.session import Session
from app.forges.github.settings import GitHubSettings
from app.forges.github.tokens import Purpose

T = TypeVar("T")

_LIMITS = Limits(comment=conversation.LONGEST_COMMENT, status_description=statuses.LONGEST_DESCRIPTION)
_THREADS = 16
"""Threads of its own: a forge that is slow to answer must not take asyncio's few from the rest of the program."""


class GitHubForge:
    """The port `app.forges.base.Forge` for one GitHub App: its methods are described there."""

    def __init__(self, settings: GitHubSettings) -> None:
        self._settings = settings
        self._access = Access(settings)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=settings.name)

    @property
    def name(self) -> str:
        """The connection's name."""
        return self._settings.name

    @property
    def limits(self) -> Limits:
        """GitHub's sizes."""
        return _LIMITS

    async def change(self, ref: ChangeRef) -> ProposedChange:
        """One pull request, asked for now."""
        return await self._read(ref.repository, lambda session: changes.change(session, ref.number))

    async def open_changes(self, repository: RepositoryRef) -> AsyncIterator[ProposedChange]:
        """All open pull requests."""
        for one in await self._read(repository, changes.open_changes):
            yield one

    async def repositories(self) -> AsyncIterator[RepositoryRef]:
        """All repositories of all installations that are not suspended. An organization may let only some addresses in."""
        refused: Forbidden | None = None
        for installation in await self._on_thread(self._access.installations):
            try:
                paths = await self._on_thread(partial(self._access.installed, installation))
            except Forbidden as error:
                refused = refused or error
                continue
            for path in paths:
                yield RepositoryRef(self.name, path)
        if refused is not None:
            raise refused

    async def branch_tip(self, repository: RepositoryRef, branch: str) -> str | None:
        """Asked for now."""
        try:
            return await self._read(repository, lambda session: changes.tip(session, branch))
        except ChangeGone:
            return None

    async def failed_deliveries(self, since: datetime) -> AsyncIterator[Delivery]:
        """From the app's own log of its webhooks."""
        for one in await self._on_thread(lambda: deliveries.failed(self._settings, since)):
            yield one

    async def git_access(self, repository: RepositoryRef) -> GitAccess:
        """A token goes with each request as a header, never in the URL."""
        token = await self._on_thread(lambda: self._access.git_token(repository))
        shown = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        url = f"{self._settings.web_url.rstrip('/')}/{repository.path}.git"
        return GitAccess(url, (f"Authorization: Basic {shown}",))

    async def posted(self, ref: ChangeRef, head: str) -> Posted:
        """Comments, threads, statuses and the check run are asked for at the same time."""
        summaries, begun, standing, run = await asyncio.gather(
            self._read(ref.repository, lambda session: conversation.summaries(session, ref.number)),
            self._read(ref.repository, lambda session: threads.ours_with_newest(session, ref.number)),
            self._read(ref.repository, lambda session: statuses.newest(session, head)),
            self._read(ref.repository, lambda session: check_runs.newest(session, head, str(ref))),
        )
        return Posted(summaries, begun, standing, run)

    async def set_status(self, repository: RepositoryRef, commit: str, status: Status) -> None:
        """Writes only what differs."""
        await self._write(repository, lambda session: statuses.put(session, commit, status))

    async def put_check_run(self, repository: RepositoryRef, commit: str, run: CheckRun) -> None:
        """A run whose annotations have to go is replaced by a new one."""
        await self._write(repository, lambda session: check_runs.put(session, commit, run))

    async def put_summary(self, ref: ChangeRef, body: str) -> None:
        """Looks for ours first."""
        await self._write(ref.repository, lambda session: conversation.put_summary(session, ref.number, body))

    async def post_comments(self, ref: ChangeRef, head: str, comments: Sequence[LineComment]) -> tuple[LineComment, ...]:
        """One review for every thirty."""
        return await self._write(ref.repository, lambda session: reviews.post(session, ref.number, head, comments))

    async def resolve_thread(self, ref: ChangeRef, thread: PostedThread, word: str) -> None:
        """Resolving takes the permission to write contents. An app that was not given it answers and leaves the thread open."""
        number, of = ref.number, thread.id
        try:
            await self._write(ref.repository, lambda session: threads.resolve(session, number, of, word), Purpose.RESOLVE)
        except Forbidden:
            await self._write(ref.repository, lambda session: threads.answer(session, number, of, word))

    async def reply(self, ref: ChangeRef, comment: str, body: str) -> None:
        """A comment of ours that names the one it answers in a hidden line."""
        await self._write(ref.repository, lambda session: conversation.reply(session, ref.number, comment, body))

    async def react(self, ref: ChangeRef, comment: str, reaction: Reaction) -> None:
        """On comments of the page, not of the diff."""
        await self._write(ref.repository, lambda session: conversation.react(session, comment, reaction))

    async def permission(self, repository: RepositoryRef, account: Account) -> Permission:
        """Asked for by the login that the id has now."""
        return await self._read(repository, lambda session: people.permission(session, account))

    async def close(self) -> None:
        """Calls that still run end on their own."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._access.close()

    async def _read(self, repository: RepositoryRef, work: Callable[[Session], T]) -> T:
        return await self._on_thread(lambda: self._access.read(repository, work))

    async def _write(self, repository: RepositoryRef, work: Callable[[Session], T], purpose: Purpose = Purpose.REVIEW) -> T:
        return await self._on_thread(lambda: self._access.write(repository, work, purpose))

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, telemetry.with_context(work))
