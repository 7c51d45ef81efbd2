"""Which units of one side a change touches: from the changed files up to what deploys them."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from validators.model import NotChecked
from validators.tree import Tree
from validators.units import flux
from validators.units.definitions import Definitions, Deployer, definitions, kind_of
from validators.units.helm import chart_of, not_vendored
from validators.units.kustomization import NAMES
from validators.units.kustomizations import Kustomizations
from validators.units.membership import MANIFESTS, Membership, Part
from validators.units.model import Unit, UnitKind
from validators.units.others import not_judged
from validators.units.paths import folders_above, name, parent, shown
from validators.units.source import content, is_too_large, too_large
from validators.units.unrendered import notes
from validators.words import listed


class Discovery:
    """The units of `tree`, the repository at `origin`, seen from the files `paths` that a change touches.

    Of `paths` some may not exist on this side: what refers to them is touched too.
    """

    def __init__(self, tree: Tree, origin: str | None, paths: Iterable[str]) -> None:
        self.tree = tree
        self.paths = tuple(sorted(set(paths)))
        self.kustomizations = Kustomizations(tree)
        self.definitions = Definitions(tree, origin)
        self.parts = Membership(tree, self.kustomizations).parts(self.paths)

    @cached_property
    def including(self) -> frozenset[str]:
        """The folders whose kustomizations refer to a touched path directly, or are touched themselves."""
        known = self.kustomizations
        own = {parent(path) for path in self.paths if name(path) in NAMES}
        governing = {path: known.governing(path) for path in self.paths}
        listing = {folder for path, folder in governing.items() if folder is not None and known.lists(folder, path)}
        kustomized = [path for path, part in self.parts.items() if part is Part.KUSTOMIZED and governing[path] not in listing]
        referring = known.referring([*kustomized, *sorted(own), *sorted(self.vanished)])
        found = own | listing | {folder for folders in referring.values() for folder in folders}
        return frozenset(folder for folder in found if known.at(folder) is not None)

    @cached_property
    def vanished(self) -> frozenset[str]:
        """The folders of touched paths that this side does not have."""
        there = {path for path in self.paths if self.tree.entry(path) is not None}
        kept = {folder for path in there for folder in folders_above(path)}
        above = {folder for path in self.paths if path not in there for folder in folders_above(path)}
        vanished: set[str] = set()
        for folder in sorted(above - kept):  # a folder comes before those in it
            if parent(folder) in vanished or next(iter(self.tree.walk(folder)), None) is None:
                vanished.add(folder)
        return frozenset(vanished - {""})

    @cached_property
    def charts(self) -> frozenset[str]:
        """The charts that touched files are part of."""
        charts = (chart_of(self.tree, path) for path in self.paths)
        return frozenset(chart for chart in charts if chart is not None)

    def units(self) -> Iterator[Unit]:
        """All touched units, with what of each is not checked."""
        yield from (self._kustomization(folder) for folder in self._roots())
        yield from (self._chart(folder) for folder in sorted(self.charts))
        for path in self.paths:
            yield from self._in_file(path)
        plain = {parent(path) for path, part in self.parts.items() if part is Part.PLAIN and self._is_manifest(path)}
        yield from (unit for folder in sorted(plain) for unit in self.plain(folder))

    def cuts(self) -> Iterator[NotChecked]:
        """What a limit kept from being looked at. To be asked once the units are known."""
        yield from self.kustomizations.cuts()
        yield from map(too_large, sorted(self.definitions.unread))
        yield from map(too_large, (path for path in self.paths if path.endswith(MANIFESTS) and is_too_large(self.tree, path)))

    def plain(self, folder: str) -> tuple[Unit, ...]:
        """The units that the plain manifests in `folder` belong to: the objects that deploy it, else the folder itself."""
        deployers = self.definitions.deployers(folder)
        own = Unit(shown(folder), UnitKind.MANIFESTS, folder)
        return tuple(Unit(each.name, each.kind, folder, namespace=each.namespace) for each in deployers) or (own,)

    def _roots(self) -> list[str]:
        including = self.including
        above = self.kustomizations.above(including)
        return sorted(folder for folder, others in above.items() if not others) or sorted(including)

    def _kustomization(self, folder: str) -> Unit:
        why = "not rendered: kustomizations are not built yet, their files are judged as they stand" + _by(
            self._deployers(folder)
        )
        closure = self.kustomizations.closure(folder)
        inner = [note for direct in closure for note in direct.not_checked]
        namespace = closure[0].kustomization.namespace if closure else ""
        return Unit(
            shown(folder),
            UnitKind.KUSTOMIZATION,
            folder,
            inputs=self.kustomizations.inputs(folder),
            namespace=namespace,
            not_checked=(NotChecked(shown(folder), why), *dict.fromkeys(inner)),
        )

    def _chart(self, folder: str) -> Unit:
        why = "not rendered: Helm charts are not run yet, and their templates are not judged" + _by(self._deployers(folder))
        own = NotChecked(shown(folder), why)
        inputs = frozenset(entry.path for entry in self.tree.walk(folder))
        return Unit(shown(folder), UnitKind.HELM_CHART, folder, inputs, not_checked=(own, *not_vendored(self.tree, folder)))

    def _in_file(self, path: str) -> Iterator[Unit]:
        """The units that the file itself defines, and those that read it as a values file."""
        data = content(self.tree, path)
        if data is None:
            return
        if (found := not_judged(path, data)) is not None:
            yield found
        if self.parts[path] in {Part.TEMPLATE, Part.OTHER}:
            return
        for definition in definitions(data):
            if (kind := kind_of(definition)) is not None and not isinstance(definition, flux.Source):
                why = tuple(notes(self.tree, self.definitions, definition))
                yield Unit(definition.name, kind, path, frozenset({path}), definition.namespace, why)
        if self.parts[path] is not Part.CHART and not self._is_manifest(path):
            yield from (self._reader(path, deployer) for deployer in self.definitions.readers(path))

    def _reader(self, path: str, deployer: Deployer) -> Unit:
        what = f"{deployer.kind} {deployer.name}"
        why = f"not rendered: what its values file {path} makes of the chart is not checked"
        return Unit(
            deployer.name, deployer.kind, deployer.file, frozenset({path}), deployer.namespace, (NotChecked(what, why),)
        )

    def _is_manifest(self, path: str) -> bool:
        data = content(self.tree, path) if path.endswith(MANIFESTS) else None
        return data is not None and b"apiVersion" in data and b"kind" in data

    def _deployers(self, folder: str) -> list[str]:
        return [each.name for each in self.definitions.deployers(folder) if each.folder == folder]


def _by(names: list[str]) -> str:
    return f" (deployed by {listed(sorted(names))})" if names else ""
