"""Helm charts: which chart a file belongs to, and which dependencies of a chart are not in the repository.

https://helm.sh/docs/topics/charts/
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from validators.documents import Span, read
from validators.model import NotChecked
from validators.tree import Tree
from validators.units.fields import Segments, dotted, text, values_at
from validators.units.model import Reference, Wants
from validators.units.paths import below, folders_above, join, name, parent, shown
from validators.units.remote import without_credentials
from validators.units.source import content

CHART = "Chart.yaml"
CHART_FOLDERS = frozenset({"templates", "crds", "charts", "files"})


@dataclass(frozen=True, slots=True)
class Dependency:
    """A dependency of a chart. `reference` is the place of its repository; None where it states none."""

    name: str
    version: str
    repository: str
    reference: Reference | None


def chart_of(tree: Tree, path: str) -> str | None:
    """The chart that the file at `path` is part of, as a folder: the one deployed, not a chart vendored in it. None for none.

    Of a chart that takes the whole repository only its own folders count.
    """
    chart = next((folder for folder in folders_above(path) if _is_chart(tree, folder)), None)
    while chart and name(parent(chart)) == "charts" and _is_chart(tree, parent(parent(chart))):
        chart = parent(parent(chart))
    if chart == "" and "/" in path and path.partition("/")[0] not in CHART_FOLDERS:
        return None
    return chart


def _is_chart(tree: Tree, folder: str) -> bool:
    return tree.entry(below(folder, CHART)) is not None


def not_vendored(tree: Tree, chart: str) -> Iterator[NotChecked]:
    """A note for each dependency of `chart` that is fetched from elsewhere and does not lie in its `charts/`."""
    for each in dependencies(content(tree, below(chart, CHART)) or b""):
        if each.repository.startswith("file://") or not each.name or _is_vendored(tree, chart, each):
            continue
        where = f" of {without_credentials(each.repository)}" if each.repository else ""
        why = f"its dependency {each.name} {each.version}{where} is not vendored; `helm dependency build` puts it there"
        yield NotChecked(f"Helm chart {shown(chart)}", f"not rendered: {why}")


def local_dependencies(tree: Tree, chart: str) -> Iterator[tuple[Reference, str | None]]:
    """The dependencies of `chart` in folders of this repository, with the folder; None for one outside."""
    for each in dependencies(content(tree, below(chart, CHART)) or b""):
        if each.reference is not None and each.repository.startswith("file://") and not _is_vendored(tree, chart, each):
            yield each.reference, join(chart, each.repository.removeprefix("file://"))


@lru_cache(maxsize=1024)
def dependencies(data: bytes) -> tuple[Dependency, ...]:
    """The dependencies that the content of a Chart.yaml names; () for one that can't be read."""
    documents = read(CHART, data).documents if data else ()
    return tuple(found for document in documents for found in _dependencies(document.value, document.locate))


def _dependencies(value: object, locate: Callable[[Segments], Span]) -> Iterator[Dependency]:
    for segments, each in values_at(value, "dependencies.[]"):
        if not isinstance(each, Mapping):
            continue
        reference, repository = None, text(each, "repository")
        if repository:
            way = (*segments, "repository")
            reference = Reference(dotted(way), repository, Wants.FOLDER, *locate(way))
        yield Dependency(text(each, "name"), text(each, "version"), repository, reference)


def _is_vendored(tree: Tree, chart: str, dependency: Dependency) -> bool:
    folder = below(chart, f"charts/{dependency.name}")
    if tree.entry(below(folder, CHART)) is not None:
        return True
    archives = (entry.path for entry in tree.walk(below(chart, "charts")))
    return any(path.startswith(f"{folder}-") and path.endswith(".tgz") for path in archives)
