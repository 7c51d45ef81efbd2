"""Real git repositories for tests, built with plumbing so that any name and any object can stand in them."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from validators.trees.memory import Content, Submodule, Symlink
from validators.trees.paths import encoded

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T12:00:00+0000",
    "GIT_COMMITTER_DATE": "2026-01-01T12:00:00+0000",
}


@dataclass(frozen=True)
class Repository:
    """A repository at `path`, which is its work tree or the bare repository itself."""

    path: Path

    @property
    def git_dir(self) -> Path:
        return self.path / ".git" if (self.path / ".git").exists() else self.path

    def git(self, *words: str | bytes, stdin: bytes = b"") -> str:
        done = subprocess.run(["git", "-C", self.path, *words], env=ENVIRONMENT, input=stdin, capture_output=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def tree(self, files: Mapping[str, Content]) -> str:
        """A tree of these files."""
        self.git("read-tree", "--empty")
        lines = b"".join(self._index_line(path, content) for path, content in files.items())
        self.git("update-index", "-z", "--index-info", stdin=lines)
        return self.git("write-tree")

    def commit(self, files: Mapping[str, Content] | str, *parents: str, branch: str = "") -> str:
        """A commit of these files, or of a tree by its id; `branch` is moved there."""
        tree = files if isinstance(files, str) else self.tree(files)
        commit = self.git("commit-tree", tree, "-m", "A commit", *(word for parent in parents for word in ("-p", parent)))
        if branch:
            self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def _index_line(self, path: str, content: Content) -> bytes:
        match content:
            case Submodule(commit):
                facts = f"160000 {commit}"
            case Symlink(target):
                facts = f"120000 {self.blob(encoded(target))}"
            case _:
                facts = f"100644 {self.blob(content)}"
        return facts.encode() + b"\t" + encoded(path) + b"\0"


def new_repository(path: Path, *, bare: bool = False) -> Repository:
    path.mkdir(parents=True, exist_ok=True)
    repository = Repository(path)
    repository.git("init", "-q", "-b", "main", *(["--bare"] if bare else []))
    return repository
