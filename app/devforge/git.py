"""Git, by the git program: the one module of the forge that starts programs."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.devforge import hooks

GIT = shutil.which("git") or "/usr/bin/git"

_SETTINGS = {
    "http.receivepack": "true",
    "uploadpack.allowReachableSHA1InWant": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.allowFilter": "true",
    "receive.hideRefs": "refs/pull",  # people cannot push to them; fetching them works
    "gc.auto": "0",
}


class GitFailed(Exception):
    """Git ended with an error; the text is what it wrote."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a git process sees: nothing of this process but PATH, and no configuration but the repository's own."""
    plain = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.devnull, "LC_ALL": "C.UTF-8"}
    return {**plain, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **(extra or {})}


async def http_backend(variables: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Git's own server side of the smart HTTP protocol, as a CGI process with open pipes."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(GIT, "http-backend", stdin=pipe, stdout=pipe, env=environment(variables))


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as `git log` tells it. Times are ISO 8601."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    author_date: str
    committer_name: str
    committer_email: str
    committer_date: str
    message: str

    @property
    def subject(self) -> str:
        """The first line of its message."""
        return self.message.split("\n", 1)[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a tree. `kind` is blob, tree or commit."""

    mode: str
    kind: str
    sha: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who makes a commit on the forge."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A bare repository. Methods raise GitFailed unless they say otherwise."""

    path: Path

    def create(self, default_branch: str) -> None:
        """Make it, empty."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _git("init", "--quiet", "--bare", f"--initial-branch={default_branch}", str(self.path))
        self._configure()

    def create_fork(self, parent: "GitRepository", default_branch: str) -> None:
        """Make it a copy of the branches of `parent`."""
        self.create(default_branch)
        self._run("fetch", "--quiet", str(parent.path), "+refs/heads/*:refs/heads/*")

    def resolve(self, revision: str) -> str | None:
        """The commit that `revision` names, or None."""
        done = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def branch(self, name: str) -> str | None:
        """The tip of a branch, or None."""
        return self.resolve(f"refs/heads/{name}")

    def refs(self, prefix: str) -> dict[str, str]:
        """Full names of refs below `prefix`, each with its object."""
        lines = self._run("for-each-ref", "--format=%(refname) %(objectname)", prefix).decode().splitlines()
        return dict(line.split(" ", 1) for line in lines)

    def branches(self) -> dict[str, str]:
        """Names of branches, each with its tip."""
        return {name.removeprefix("refs/heads/"): sha for name, sha in self.refs("refs/heads").items()}

    def point(self, ref: str, sha: str) -> None:
        """Let a ref name a commit."""
        self._run("update-ref", ref, sha)

    def drop(self, ref: str) -> None:
        """Remove a ref."""
        self._run("update-ref", "-d", ref)

    def bring(self, other: "GitRepository", sha: str) -> None:
        """Copy a commit and all it stands on from another repository."""
        self._run("fetch", "--quiet", "--no-write-fetch-head", str(other.path), sha)

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, or None."""
        done = self._try("merge-base", one, other)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `new` contains `old`."""
        return self._try("merge-base", "--is-ancestor", old, new).returncode == 0

    def diff(self, old: str, new: str, context: int = 3) -> str:
        """The unified diff with renames found; file names are quoted as git does."""
        options = (
            f"-U{context}",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--full-index",
            "-M",
            "--src-prefix=a/",
            "--dst-prefix=b/",
        )
        return self._run("diff", *options, old, new, "--").decode("utf-8", "replace")

    def numbers(self, old: str, new: str) -> tuple[int, int, int]:
        """How many lines are added and deleted, in how many files."""
        lines = [
            line.split("\t")
            for line in self._run("diff", "--numstat", "-M", old, new, "--").decode("utf-8", "replace").splitlines()
        ]
        counted = [(int(added), int(deleted)) for added, deleted, _ in lines if added != "-"]  # a dash stands for a binary file
        return sum(added for added, _ in counted), sum(deleted for _, deleted in counted), len(lines)

    def changed(self, commit: str) -> dict[str, list[str]]:
        """The paths that a commit added (A), deleted (D) and modified (M) against its first parent."""
        options = ("--root", "--no-commit-id", "--name-status", "-r", "--no-renames", "-z", "--first-parent", "-m")
        fields = self._run("diff-tree", *options, commit).decode("utf-8", "replace").split("\0")
        found: dict[str, list[str]] = {}
        for kind, path in zip(fields[0::2], fields[1::2], strict=False):
            found.setdefault(kind[0], []).append(path)
        return found

    def commits(self, *revisions: str, limit: int = 0) -> list[Commit]:
        """Commits as `git log REVISIONS` lists them, newest first; all of them when `limit` is 0."""
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
        most = (f"--max-count={limit}",) if limit else ()
        text = self._run("log", "-z", f"--format={form}", *most, *revisions, "--").decode("utf-8", "replace")
        fields = text.split("\0")
        return [_commit(fields[at : at + 10]) for at in range(0, len(fields) - 9, 10)]

    def count(self, *revisions: str) -> int:
        """How many commits `git rev-list REVISIONS` lists."""
        return int(self._run("rev-list", "--count", *revisions, "--"))

    def entries(self, revision: str, path: str = "") -> list[Entry]:
        """What a folder of a commit holds; [] when there is none."""
        tree = f"{revision}:{path}" if path else revision
        done = self._try("ls-tree", "-z", "-l", tree)
        lines = done.stdout.decode("utf-8", "replace").split("\0") if done.returncode == 0 else []
        return [_entry(line, path) for line in lines if line]

    def blob(self, revision: str, path: str) -> bytes | None:
        """The contents of a file, or None."""
        done = self._try("cat-file", "blob", f"{revision}:{path}")
        return done.stdout if done.returncode == 0 else None

    def merged_tree(self, base: str, head: str) -> str | None:
        """The tree that merging gives, or None when there are conflicts."""
        done = self._try("merge-tree", "--write-tree", "--no-messages", base, head)
        if done.returncode not in (0, 1):
            raise GitFailed(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def commit(self, tree: str, parents: tuple[str, ...], message: str, author: Signature) -> str:
        """Make a commit; returns its name."""
        options = [word for parent in parents for word in ("-p", parent)]
        who = {
            f"GIT_{role}_{part.upper()}": getattr(author, part)
            for role in ("AUTHOR", "COMMITTER")
            for part in ("name", "email")
        }
        return self._run("commit-tree", tree, *options, "-F", "-", sending=message.encode(), variables=who).decode().strip()

    def import_history(self, stream: bytes) -> None:
        """Make commits and branches from a stream, https://git-scm.com/docs/git-fast-import#_input_format."""
        self._run("fast-import", "--quiet", sending=stream)

    def _configure(self) -> None:
        hooks.write(self.path / "hooks")
        for name, value in _SETTINGS.items():
            self._run("config", name, value)

    def _run(self, *words: str, sending: bytes = b"", variables: Mapping[str, str] | None = None) -> bytes:
        return _git("--git-dir", str(self.path), *words, sending=sending, variables=variables)

    def _try(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return _start("--git-dir", str(self.path), *words)


def _git(*words: str, sending: bytes = b"", variables: Mapping[str, str] | None = None) -> bytes:
    done = _start(*words, sending=sending, variables=variables)
    if done.returncode:
        raise GitFailed(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def _start(*words: str, sending: bytes = b"", variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([GIT, *words], input=sending, capture_output=True, env=environment(variables), check=False)


def _commit(fields: list[str]) -> Commit:
    sha, tree, parents, author, author_email, authored, committer, committer_email, committed, message = fields
    who = (author, author_email, authored, committer, committer_email, committed)
    return Commit(sha.strip(), tree, tuple(parents.split()), *who, message.rstrip("\n"))


def _entry(line: str, folder: str) -> Entry:
    described, name = line.split("\t", 1)
    mode, kind, sha, size = described.split()
    return Entry(mode, kind, sha, int(size) if size != "-" else 0, f"{folder}/{name}" if folder else name)
