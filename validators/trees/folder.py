"""A Tree of a folder on disk: a work tree with its uncommitted edits, or any folder of files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from validators.tree import Entry, EntryKind
from validators.trees.disk import Disk, Found
from validators.trees.git_command import Git, on_work_tree
from validators.trees.paths import below, decoded, encoded, ordered
from validators.trees.reading import check_readable, read_each

GITLINK = b"160000"


@dataclass(frozen=True, slots=True)
class _Listing:
    """The paths of a folder, the keys in order. `known` has the ids of those that git takes for unchanged."""

    paths: dict[str, None]
    new: tuple[str, ...] = ()
    known: dict[str, str] = field(default_factory=dict)
    submodules: dict[str, str] = field(default_factory=dict)
    object_format: str = "sha1"


class FolderTree:
    """The files below `root`: with a `.git` there, those that git tracks (as they are on disk) and new ones that it does not
    ignore; otherwise all.

    The listing is made once, at the first question, and so is each search. Files that a sparse checkout leaves out are not
    there. Raises ToolFailed where git fails.
    """

    def __init__(self, root: Path) -> None:
        self._disk = Disk(root)
        self._listing: _Listing | None = None
        self._entries: dict[str, Entry | None] = {}
        self._searches: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    @property
    def id(self) -> str:
        """A folder has no id."""
        return ""

    @property
    def new_paths(self) -> tuple[str, ...]:
        """Paths that git neither tracks nor ignores, in order; none without a `.git`."""
        return self._listed().new

    def entry(self, path: str) -> Entry | None:
        """See Tree."""
        if path not in self._entries:
            self._entries[path] = self._looked_up(path)
        return self._entries[path]

    def walk(self, under: str = "") -> Iterator[Entry]:
        """See Tree."""
        for path in self._listed().paths:
            if below(path, under) and (entry := self.entry(path)) is not None:
                yield entry

    def read(self, entry: Entry) -> bytes:
        """See Tree. Raises TooLarge too."""
        check_readable(entry)
        return self._disk.read(entry.path, Found(entry.kind, entry.size))

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """See Tree."""
        if (text, suffixes) not in self._searches:
            wanted, paths = encoded(text), self._listed().paths
            found = tuple(path for path in paths if path.endswith(suffixes) and self._contains(path, wanted))
            self._searches[text, suffixes] = found
        return iter(self._searches[text, suffixes])

    def read_all(self, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
        """See Tree."""
        return read_each(self, paths, largest)

    def differing(self, other: str) -> list[str] | None:
        """A folder has no id to compare by."""
        del other
        return None

    def _listed(self) -> _Listing:
        if self._listing is None:
            root = self._disk.root
            self._listing = _git_listing(on_work_tree(root)) if (root / ".git").exists() else _plain_listing(self._disk)
        return self._listing

    def _looked_up(self, path: str) -> Entry | None:
        listing = self._listed()
        if path in listing.submodules:
            return Entry(path, EntryKind.SUBMODULE, listing.submodules[path], 0)
        if path not in listing.paths:
            return None
        found = self._disk.look(path)
        if found is None:
            return None
        blob = listing.known.get(path) or self._disk.blob_id(path, found, listing.object_format)
        return Entry(path, found.kind, blob, found.size)

    def _contains(self, path: str, wanted: bytes) -> bool:
        found = self._disk.look(path)
        if found is None or found.kind is not EntryKind.FILE:
            return False
        tail = b""
        for chunk in self._disk.chunks(path):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
        return False


def _plain_listing(disk: Disk) -> _Listing:
    return _Listing(dict.fromkeys(ordered(list(disk.walk()))))


def _git_listing(git: Git) -> _Listing:
    """What git tracks and what it would add."""
    known: dict[str, str] = {}
    submodules: dict[str, str] = {}
    for record in git.records("ls-files", "-z", "--stage"):
        facts, _, name = record.partition(b"\t")
        mode, blob, stage = facts.split()
        (submodules if mode == GITLINK else known)[decoded(name)] = blob.decode("ascii") if stage == b"0" else ""
    tracked = [*known, *submodules]
    for name in git.records("ls-files", "-z", "--modified", "--deleted"):
        known.pop(decoded(name), None)
    others = (decoded(name) for name in git.records("ls-files", "-z", "--others", "--exclude-standard"))
    new = ordered([path for path in others if not path.endswith("/")])  # a slash: the folder of another repository
    object_format = git.output("rev-parse", "--show-object-format").decode("ascii").strip()
    return _Listing(dict.fromkeys(ordered(tracked + new)), tuple(new), known, submodules, object_format)
