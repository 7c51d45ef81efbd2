"""What part a file plays in what is deployed: which program reads it, if any."""

from enum import StrEnum

from validators.templates import is_template, template_by_place
from validators.tree import Tree
from validators.units.helm import chart_of
from validators.units.kustomizations import Kustomizations
from validators.units.source import content

MANIFESTS = (".yaml", ".yml", ".json")


class Part(StrEnum):
    """The part of a file. PLAIN files are applied as they stand if they hold manifests; UNLISTED ones lie beside the files
    of a kustomization that does not know them, so nobody applies them."""

    OTHER = "no YAML or JSON"
    TEMPLATE = "template"
    CHART = "part of a Helm chart"
    KUSTOMIZED = "read by a kustomization"
    UNLISTED = "beside a kustomization that does not list it"
    PLAIN = "plain"


class Membership:
    """The parts that files of one tree play."""

    def __init__(self, tree: Tree, kustomizations: Kustomizations) -> None:
        self._tree = tree
        self._kustomizations = kustomizations

    def parts(self, paths: tuple[str, ...]) -> dict[str, Part]:
        """The part of each of these files; those that a search must decide about are searched for together."""
        parts = {path: self._by_place(path) for path in paths}
        open_ones = [path for path, part in parts.items() if part in {Part.PLAIN, Part.UNLISTED}]
        referring = self._kustomizations.referring(open_ones)
        return parts | {path: Part.KUSTOMIZED for path in open_ones if referring[path]}

    def _by_place(self, path: str) -> Part:
        if not path.endswith(MANIFESTS):
            return Part.OTHER
        if chart_of(self._tree, path) is not None:
            return Part.CHART
        if template_by_place(self._tree, path) or is_template(self._tree, path, content(self._tree, path) or b""):
            return Part.TEMPLATE
        folder = self._kustomizations.governing(path)
        if folder is None:
            return Part.PLAIN
        listed = self._kustomizations.lists(folder, path) or self._unreadable(folder)
        return Part.KUSTOMIZED if listed else Part.UNLISTED

    def _unreadable(self, folder: str) -> bool:
        direct = self._kustomizations.at(folder)
        return direct is not None and bool(direct.kustomization.unreadable)
