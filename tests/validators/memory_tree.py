"""A tree of files that a test writes down."""

import hashlib
from collections.abc import Iterator, Mapping

from validators.tree import Entry, EntryKind


class MemoryTree:
    """Files by path; fulfils validators.tree.Tree. `links` are symbolic links with their target."""

    id = ""

    def __init__(self, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self._links = {path: target.encode() for path, target in (links or {}).items()}
        self.reads: list[str] = []

    def entry(self, path: str) -> Entry | None:
        for kind, held in ((EntryKind.FILE, self._files), (EntryKind.SYMLINK, self._links)):
            if path in held:
                return Entry(path, kind, hashlib.sha1(held[path]).hexdigest(), len(held[path]))
        return None

    def walk(self, under: str = "") -> Iterator[Entry]:
        for path in sorted([*self._files, *self._links]):
            entry = self.entry(path)
            if entry and path.startswith(under):
                yield entry

    def read(self, entry: Entry) -> bytes:
        self.reads.append(entry.path)
        return self._files[entry.path] if entry.path in self._files else self._links[entry.path]

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        return (path for path, data in sorted(self._files.items()) if path.endswith(suffixes) and text.encode() in data)
