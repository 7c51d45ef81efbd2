"""What CRDs defined before: those that stood at the base in the files that a change touches."""

from collections.abc import Iterator
from functools import cached_property

from validators.change import View
from validators.documents import DocumentCache
from validators.schema.crd import Definition
from validators.schema.custom import definitions_in
from validators.schema.manifests import SUFFIXES


class Former:
    """The CRDs of the base that the change of a view touches; none where the view itself is the base."""

    def __init__(self, view: View, documents: DocumentCache) -> None:
        self._view = view
        self._documents = documents

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """The group and the name of each kind that they defined."""
        return frozenset((found.group, found.kind) for _, found in self._definitions)

    def defining(self, group: str, kind: str) -> str | None:
        """The file with the CRD of the kind; None where none of them was of it."""
        return next((path for path, found in self._definitions if (found.group, found.kind) == (group, kind)), None)

    def named(self, name: str) -> Definition | None:
        """The CRD of this name; None where there was none."""
        return next((found for _, found in self._definitions if found.name == name), None)

    @cached_property
    def _definitions(self) -> tuple[tuple[str, Definition], ...]:
        base = self._view.rules
        return tuple((path, found) for path in self._touched() for found in definitions_in(base, path, self._documents))

    def _touched(self) -> Iterator[str]:
        for path in (*self._view.paths, *self._view.gone):
            before, now = self._view.rules.entry(path), self._view.tree.entry(path)
            if path.endswith(SUFFIXES) and before is not None and (now is None or now.blob != before.blob):
                yield path
