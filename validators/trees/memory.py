"""A Tree of a dictionary: for tests, and for files that were made up on the way."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from validators.tree import Entry, EntryKind
from validators.trees.blob_id import blob_id
from validators.trees.paths import below, encoded, ordered
from validators.trees.reading import check_readable, read_each


@dataclass(frozen=True, slots=True)
class Symlink:
    """A symbolic link by its target text, which is never followed."""

    target: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule by the commit id that it names."""

    commit: str


Content = bytes | Symlink | Submodule


class MemoryTree:
    """The Tree of `files`: contents by path. Equal content has the same blob id as in git."""

    def __init__(self, files: Mapping[str, Content]) -> None:
        self._contents = {path: _stored(content) for path, content in files.items()}
        self._entries = {path: _entry(path, files[path]) for path in ordered(list(files))}

    @property
    def id(self) -> str:
        """Memory has no id."""
        return ""

    def entry(self, path: str) -> Entry | None:
        """See Tree."""
        return self._entries.get(path)

    def walk(self, under: str = "") -> Iterator[Entry]:
        """See Tree."""
        return (entry for path, entry in self._entries.items() if below(path, under))

    def read(self, entry: Entry) -> bytes:
        """See Tree. Raises TooLarge too."""
        check_readable(entry)
        return self._contents[entry.path]

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """See Tree."""
        wanted = encoded(text)
        for path, entry in self._entries.items():
            if entry.kind is EntryKind.FILE and path.endswith(suffixes) and wanted in self._contents[path]:
                yield path

    def read_all(self, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
        """See Tree."""
        return read_each(self, paths, largest)

    def differing(self, other: str) -> list[str] | None:
        """Memory has no ids to compare by."""
        del other
        return None


def _stored(content: Content) -> bytes:
    match content:
        case Symlink(target):
            return encoded(target)
        case Submodule():
            return b""
        case _:
            return content


def _entry(path: str, content: Content) -> Entry:
    if isinstance(content, Submodule):
        return Entry(path, EntryKind.SUBMODULE, content.commit, 0)
    stored = _stored(content)
    kind = EntryKind.SYMLINK if isinstance(content, Symlink) else EntryKind.FILE
    return Entry(path, kind, blob_id(stored), len(stored))
