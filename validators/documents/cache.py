"""Documents that were read before: both sides of a change, and several validators, look at much the same files."""

from collections import OrderedDict

from validators.documents.reading import Documents, read
from validators.tree import Entry, Tree

_CAPACITY = 32 * 1024 * 1024


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
