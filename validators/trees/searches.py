"""Searches of commits remembered: what one tree holds is found out from another one's by looking at what differs.

A search of a whole tree costs as much as the repository is large, and a change leaves most of it as it was.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from validators.trees.paths import encoded, ordered
from validators.trees.reading import MAX_READ

_MOST_QUESTIONS = 256
_MOST_ROOTS = 3
"""Trees for which the answers to one question are kept: the two sides of a change, and the one before."""

K = TypeVar("K")
V = TypeVar("V")

_Question = tuple[str, str, tuple[str, ...]]
_answers: OrderedDict[_Question, OrderedDict[str, tuple[str, ...]]] = OrderedDict()


class Searchable(Protocol):
    """A tree with an id that stands for all of its content."""

    @property
    def root(self) -> str:
        """The id of the content."""

    @property
    def place(self) -> str:
        """Which repository it lies in."""

    def search_all(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """As `Tree.search`, by looking at everything."""

    def read_all(self, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
        """See Tree."""

    def differing(self, other: str) -> list[str] | None:
        """See Tree."""


def answered(tree: Searchable, text: str, suffixes: tuple[str, ...]) -> tuple[str, ...]:
    """What `tree.search` finds."""
    question = tree.place, text, suffixes
    known = _answers.setdefault(question, OrderedDict())
    if tree.root not in known:
        found = _from_another(tree, known, text, suffixes)
        known[tree.root] = tuple(tree.search_all(text, suffixes)) if found is None else found
    _used(_answers, question, _MOST_QUESTIONS)
    _used(known, tree.root, _MOST_ROOTS)
    return known[tree.root]


def _from_another(
    tree: Searchable, known: Mapping[str, tuple[str, ...]], text: str, suffixes: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The answer of the nearest tree that has one, mended where this one differs; None when none is near."""
    for other in reversed(list(known)):
        differing = tree.differing(other)
        if differing is not None:
            looked_at = tree.read_all((path for path in differing if path.endswith(suffixes)), MAX_READ)
            found = {path for path, data in looked_at if encoded(text) in data}
            return tuple(ordered(list(found.union(set(known[other]).difference(differing)))))
    return None


def _used(kept: OrderedDict[K, V], key: K, most: int) -> None:
    """Note that `key` is in use; the one that has been out of use for longest goes where there are more than `most`."""
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
