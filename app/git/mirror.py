"""One bare mirror per repository: what a change needs is fetched by commit id, once, and read from there.

Fetches are hardened as the threats of a pull request ask: nothing but the one protocol, no hook, no submodule, no LFS, no
credential helper or prompt, objects checked by git's fsck, limits on time and size.

    mirror = Mirror(mirror_folder(data, "github", "shop/gitops"))
    wants = [Want(change.base, f"refs/heads/{change.base_branch}"), Want(change.head, change.head_ref)]
    await mirror.fetch(Remote(access.url, access.headers), wants)
    merged = await mirror.merge_result(change.base, change.head)
"""

import asyncio
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import quote

from app.git import diff, merging
from app.git.errors import BadRefName, CommitNotFound, GitError, NoRoom
from app.git.merging import Conflict, Merged
from app.git.remote import NO_ROOM, Remote
from validators.change import ChangedFile, ToolFailed
from validators.confinement import Limits
from validators.sandbox import run_async
from validators.trees.git_command import ENVIRONMENT, GIT_LIMITS, Git, checked_id

FETCH_LIMITS = replace(GIT_LIMITS, wall=600, file_size=2 * 1024**3, output=1024**2)
HARMLESS_DEFECTS = (
    *("zeroPaddedFilemode", "zeroPaddedDate", "badTimezone", "badDateOverflow", "badEmail", "badName", "missingEmail"),
    *("missingNameBeforeEmail", "missingSpaceBeforeDate", "missingSpaceBeforeEmail"),
)
"""What old tools did to many a sound repository: https://git-scm.com/docs/git-fsck#_fsck_messages."""
FETCH_SETTINGS = (
    "transfer.fsckObjects=true",
    "fetch.fsckObjects=true",
    *(f"fetch.fsck.{defect}=warn" for defect in HARMLESS_DEFECTS),
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "credential.helper=",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "filter.lfs.smudge=",
)
FETCH = (
    "fetch",
    "--quiet",
    "--force",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
)
BAD_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]|\.\.|@\{|//|/\.|\.lock(/|$)|[./]$")
LEFT_LOCK = re.compile(rb"\.lock'?: File exists")
LOCK_POLL_SECONDS = 0.02
USE = ".used"
"""Ending of the file beside a mirror whose lock tells that it is in use, and whose time when it last was."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Want:
    """A commit by its full id, and the full name of the remote's ref that leads to it, such as `refs/pull/7/head`.

    Raises BadRefName.
    """

    commit: str
    ref: str

    def __post_init__(self) -> None:
        checked_id(self.commit)
        if not self.ref.startswith("refs/") or BAD_REF.search(self.ref):
            raise BadRefName(f"git knows no ref of this name: {self.ref[:80]!r}")

    @property
    def kept_as(self) -> str:
        """The mirror's own name for it, which keeps it and tells later fetches what is here already.

        All names lie in one folder: git can't keep `release` and `release/1`, of which a host may have one after the other.
        """
        return f"refs/fairlead/{hashlib.blake2b(self.ref.encode(), digest_size=16).hexdigest()}"


def mirror_folder(root: Path, forge: str, path: str) -> Path:
    """Where the mirror of a forge's repository lies below `root`; any two repositories have different places."""
    return root / quote(forge, safe="") / (quote(path, safe="") + ".git")


class Mirror:
    """The bare repository at `path`, made at the first fetch. Processes and tasks may share it: fetches wait for each other."""

    def __init__(self, path: Path, limits: Limits = FETCH_LIMITS) -> None:
        self.path = path
        self._git = Git(path)
        self._limits = limits

    async def fetch(self, remote: Remote, wants: Sequence[Want]) -> None:
        """Have the commits here; costs no connection when they are. Raises GitError.

        Each is asked for by its id, and through its ref where the host wants that. Cancelling stops git.
        """
        if not wants:
            return
        async with self._locked():
            await self._made(wants[0])
            missing = await self._missing(wants)
            if missing:
                self._clear_leftovers()
                await self._fetched(remote, missing)

    @asynccontextmanager
    async def used(self) -> AsyncIterator[None]:
        """While the block lasts nobody tidies the mirror or removes it, not even another process; others may use it as well."""
        with self._use() as lock:
            while not _taken(lock, fcntl.LOCK_SH):  # noqa: ASYNC110 - as in _locked
                await asyncio.sleep(LOCK_POLL_SECONDS)
            os.utime(lock)
            yield

    async def tidy(self) -> bool:
        """Pack what many fetches left, and forget merge results older than two weeks; False when in use. Raises GitError."""
        with self._use() as lock:
            if not _taken(lock):
                return False
            async with self._locked():
                if self._is_made():
                    git = replace(self._git, limits=self._limits)
                    await self._in_thread(git.output, "gc", "--quiet", "--prune=2.weeks.ago")
            return True

    async def remove(self) -> bool:
        """Delete the mirror from the disk; False when it is in use. It is made again at the next fetch."""
        with self._use() as lock:
            if not _taken(lock):
                return False
            async with self._locked():
                await asyncio.to_thread(shutil.rmtree, self.path, ignore_errors=True)
            return True

    @property
    def last_used(self) -> float:
        """When it was last used, in seconds since 1970."""
        marks = (self.path.with_suffix(USE), self.path)
        return max((mark.stat().st_mtime for mark in marks if mark.exists()), default=0.0)

    async def merge_result(self, base: str, head: str) -> Merged | Conflict:
        """What merging `head` into `base` would give. Both are commit ids that were fetched. Raises UnrelatedHistories."""
        return await self._in_thread(merging.merge_result, self._git, base, head)

    async def merge_base(self, base: str, head: str) -> str | None:
        """The commit where `head` branched off; None when the two have nothing in common."""
        return await self._in_thread(merging.merge_base, self._git, base, head)

    async def changed_files(self, old: str, new: str) -> tuple[ChangedFile, ...]:
        """What differs between two commits or trees, sorted by path; see `diff.changed_files`."""
        return await self._in_thread(diff.changed_files, self._git, old, new)

    async def commentable_lines(self, merge_base: str, head: str) -> Mapping[str, frozenset[int]]:
        """The lines at `head` on which a forge lets a review comment stand; see `diff.commentable_lines`."""
        return await self._in_thread(diff.commentable_lines, self._git, merge_base, head)

    async def _in_thread(self, work: Callable[P, T], *arguments: P.args, **words: P.kwargs) -> T:
        try:
            return await asyncio.to_thread(work, *arguments, **words)
        except ToolFailed as error:
            kind = NoRoom if re.search(NO_ROOM, str(error), re.IGNORECASE) else GitError
            raise kind(str(error)) from error

    @contextmanager
    def _use(self) -> Iterator[int]:
        """The file whose lock tells that the mirror is in use."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path.with_suffix(USE), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            yield lock
        finally:
            os.close(lock)

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Alone with the mirror, among all tasks and processes of this machine."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            while not _taken(lock):  # noqa: ASYNC110 - other processes hold it too, and they can't set our events
                await asyncio.sleep(LOCK_POLL_SECONDS)
            yield
        finally:
            os.close(lock)

    async def _made(self, want: Want) -> None:
        """Make the mirror unless it is there. A half-made one, left by a crash, is made again in its place."""
        if self._is_made():
            return
        kind = "sha256" if len(want.commit) == len("0" * 64) else "sha1"
        self.path.mkdir(exist_ok=True)
        await self._in_thread(self._git.output, "init", "--quiet", "--bare", "--template=", f"--object-format={kind}")
        (self.path / "refs" / "fairlead").mkdir()

    def _is_made(self) -> bool:
        return (self.path / "refs" / "fairlead").exists() or (self.path / "packed-refs").exists()

    def _clear_leftovers(self) -> None:
        """Remove half-written packs of a fetch that was killed; whoever holds the lock is alone."""
        for leftover in (self.path / "objects" / "pack").glob("tmp_*"):
            leftover.unlink()

    def _clear_ref_locks(self) -> None:
        """Remove git's own locks that a killed fetch left."""
        for lock in (*self.path.glob("*.lock"), *(self.path / "refs").rglob("*.lock")):
            lock.unlink()

    async def _missing(self, wants: Sequence[Want]) -> list[Want]:
        asked = b"".join(f"{want.commit}^{{commit}}\n".encode() for want in wants)
        answers = await self._in_thread(self._git.output, "cat-file", "--batch-check", stdin=asked)
        return [want for want, answer in zip(wants, answers.splitlines(), strict=True) if answer.endswith(b" missing")]

    async def _fetched(self, remote: Remote, wants: list[Want]) -> None:
        """Fetch by id, then through refs what is still missing."""
        try:
            await self._ask(remote, [f"+{want.commit}:{want.kept_as}" for want in wants])
        except CommitNotFound:
            await self._ask(remote, [f"+{want.ref}:{want.kept_as}" for want in wants])
        if missing := await self._missing(wants):
            raise CommitNotFound(f"{remote.host} no longer offers commit {missing[0].commit}")

    async def _ask(self, remote: Remote, refspecs: list[str]) -> None:
        git = replace(self._git, environment={**ENVIRONMENT, **remote.environment()}, settings=FETCH_SETTINGS)
        argv = git.argv(*FETCH, "--", remote.url, *refspecs)
        done = await run_async(argv, environment=git.environment, limits=self._limits, walls=None)
        if not done.ok and LEFT_LOCK.search(done.stderr):
            self._clear_ref_locks()
            done = await run_async(argv, environment=git.environment, limits=self._limits, walls=None)
        if not done.ok:
            raise remote.error(done)


def _taken(lock: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
