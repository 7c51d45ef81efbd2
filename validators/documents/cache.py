"""Documents that were read before: both sides of a change, and several validators, look at much the same files."""

import threading
from collections import OrderedDict

from validators.documents import reading
from validators.documents.reading import Documents
from validators.tree import Entry, Tree

_LATEST = 2 * 1024 * 1024
"""Bytes of text whose documents are remembered by content; they take some twenty times as much memory."""

_CAPACITY = 32 * 1024 * 1024
_OF_A_KEY = 256


class _Latest:
    """The documents that were read lately, by path and content. Threads may share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, bytes], Documents] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def find(self, key: tuple[str, bytes]) -> Documents | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[str, bytes], documents: Documents) -> None:
        with self._lock:
            if key not in self._kept:
                self._held += len(key[1]) + _OF_A_KEY
            self._kept[key] = documents
            while self._held > _LATEST:
                self._held -= len(self._kept.popitem(last=False)[0][1]) + _OF_A_KEY


_latest = _Latest()


def read(entry_path: str, data: bytes) -> Documents:
    """As `reading.read`; what was read lately is remembered, for one check after the other asks for it."""
    key = entry_path, data
    documents = _latest.find(key)
    if documents is None:
        documents = reading.read(entry_path, data)
        _latest.keep(key, documents)
    return documents


class DocumentCache:
    """Reads files of trees, each content once, and remembers the latest 32 MiB of text. Not for several threads at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[Documents, int]] = OrderedDict()
        self._size = 0

    def read(self, tree: Tree, entry: Entry) -> Documents:
        """The documents in the file at `entry` of `tree`."""
        key = (entry.blob, entry.path)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        data = tree.read(entry)
        documents = read(entry.path, data)
        self._kept[key] = (documents, len(data))
        self._size += len(data)
        while self._size > _CAPACITY and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1][1]
        return documents
