"""Objects that a change leaves alone and has judged all the same: those of kinds whose CRDs it touches, or takes away."""

from collections.abc import Iterator
from dataclasses import replace

from validators.change import View
from validators.documents import DocumentCache
from validators.patterns import Patterns
from validators.resources import Resource, resources
from validators.schema.core import group
from validators.schema.custom import definitions_in
from validators.schema.former import Former
from validators.schema.manifests import SUFFIXES, Manifest, manifests


class Redefined:
    """The kinds whose CRDs one change touches. Those of the merge result, looked at first, hold for the base as well."""

    def __init__(self, documents: DocumentCache) -> None:
        self._documents = documents
        self._kinds: set[tuple[str, str]] = set()

    def objects(self, view: View, former: Former) -> Iterator[tuple[Resource, bytes]]:
        """Each object of these kinds in a file that the change does not touch, with the content of that file."""
        if view.whole:
            return
        self._kinds |= former.kinds
        for path in view.paths:
            if path.endswith(SUFFIXES):
                found = definitions_in(view.tree, path, self._documents)
                self._kinds |= {(each.group, each.kind) for each in found}
        for manifest in manifests(replace(view, paths=self._untouched(view)), self._documents):
            if isinstance(manifest, Manifest):
                for resource in resources(manifest.documents.documents):
                    if (group(resource.id.api_version), resource.id.kind) in self._kinds:
                        yield resource, manifest.data

    def _untouched(self, view: View) -> tuple[str, ...]:
        """The files in which one of the groups is named."""
        ignored = Patterns(view.settings.ignore)
        groups = {group for group, _ in self._kinds}
        named = {path for group in groups for path in view.tree.search(f"{group}/", SUFFIXES)} - set(view.paths)
        return tuple(sorted(path for path in named if ignored.match(path) is None))
