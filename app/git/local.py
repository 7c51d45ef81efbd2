"""A change in a repository on this machine, for the command line: two revisions, or a revision and the work tree as it is.

with local_change(Path("."), base=None, head=None) as local:
    judge(local.change)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.git import diff
from app.git.errors import NoBase, NotARepository, UnknownRevision
from app.git.merging import merge_base
from app.git.work_tree import changed_files_of_work_tree
from validators.change import Change
from validators.trees.folder import FolderTree
from validators.trees.git_command import Git
from validators.trees.git_objects import GitObjects
from validators.units.remote import without_credentials

USUAL_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


@dataclass(frozen=True, slots=True)
class LocalChange:
    """`base` is the commit compared with; `head` the one judged, or the one checked out where `work_tree` is judged.

    `base_name` is what people call the base: a branch, or the revision that they named. `note` tells what they should know of
    the comparison before they read on, and what to do about it; "" for nothing.
    """

    change: Change
    base: str
    base_name: str
    head: str
    work_tree: bool
    note: str


@dataclass(frozen=True, slots=True)
class LocalRepository:
    """A repository of this machine. `work_tree` is None for a bare one."""

    git: Git
    work_tree: Path | None

    def commit(self, revision: str) -> str:
        """The id of the commit that `revision` names: a branch, a tag, an id, `HEAD~2`. Raises UnknownRevision."""
        if not revision.startswith("-"):
            done = self.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            if done.ok:
                return done.stdout.decode("ascii").strip()
        if revision == "HEAD":
            raise UnknownRevision("nothing is committed here yet: there is no HEAD to compare with")
        raise UnknownRevision(f"there is no commit called {revision!r} in this repository")

    def branched_off(self, base: str, head: str) -> str | None:
        """Where `head` left `base`, which forges compare with too; None where the history at hand doesn't tell."""
        return merge_base(self.git, base, head)

    def is_shallow(self) -> bool:
        """Whether the history is cut off: https://git-scm.com/docs/shallow."""
        return self.git.run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def usual_base(self) -> str:
        """The branch that changes go to: the remote's default branch, else main or master. Raises NoBase."""
        for branch in USUAL_BRANCHES:
            try:
                self.commit(branch)
            except UnknownRevision:
                continue
            return self._pointed_to(branch)
        raise NoBase(f"what to compare with? None of {', '.join(USUAL_BRANCHES)} is here: name a revision with --base")

    def _pointed_to(self, branch: str) -> str:
        """The branch itself where `branch` only points to one, as `origin/HEAD` does."""
        done = self.git.run("rev-parse", "--abbrev-ref", branch)
        return (done.stdout.decode("utf-8", "replace").strip() if done.ok else "") or branch

    def origin(self) -> str | None:
        """The URL of the remote `origin` without credentials; None without one."""
        done = self.git.run("config", "--get", "remote.origin.url")
        return without_credentials(done.stdout.decode("utf-8", "replace").strip()) if done.ok else None


def open_repository(folder: Path) -> LocalRepository:
    """The repository that `folder` is in. Raises NotARepository."""
    place = folder.resolve()
    for root in (place, *place.parents):
        if (root / ".git").exists():
            return LocalRepository(Git(root / ".git"), root)
    if all((place / name).exists() for name in ("HEAD", "objects", "refs")):
        return LocalRepository(Git(place), None)
    raise NotARepository(f"{folder} is not in a git repository: give one with --repo DIR")


@contextmanager
def local_change(folder: Path, *, base: str | None, head: str | None) -> Iterator[LocalChange]:
    """The change from where `head` branched off `base` up to `head`; without `head`, up to the work tree as it is on disk.

    Without `base` it is the usual branch. Raises NotARepository, UnknownRevision, NoBase, TooLarge, ToolMissing, ToolFailed.
    The trees end with the context.
    """
    repository = open_repository(folder)
    tip = repository.commit(head or "HEAD")
    name = base or repository.usual_base()
    against = repository.commit(name)
    start = repository.branched_off(against, tip)
    note = "" if start else _not_told(name, shallow=repository.is_shallow())
    start = start or against
    with GitObjects(repository.git.git_dir) as objects:
        if head is not None:
            files = diff.changed_files(repository.git, start, tip)
            change = Change(objects.tree(start), objects.tree(tip), files, origin=repository.origin())
        elif repository.work_tree is not None:
            tree = FolderTree(repository.work_tree)
            files = changed_files_of_work_tree(repository.work_tree, tree, start)
            change = Change(objects.tree(start), tree, files, origin=repository.origin())
        else:
            raise NotARepository(f"{folder} is a bare repository: name what to check with --head")
        yield LocalChange(change, start, name, tip, work_tree=head is None, note=note)


def _not_told(base: str, *, shallow: bool) -> str:
    """Why what others merged may count as the change's own."""
    why = "this clone is cut off before that" if shallow else "the two have no commit in common"
    remedy = "`git fetch --unshallow` gets the rest of the history" if shallow else "name another base with --base"
    return (
        f"it is not known where the change left {base}: {why}. It is compared with the tip of {base}, so what others merged "
        f"since counts as its own; {remedy}"
    )
