"""Helm charts, rendered by the real `helm template`: no cluster, no plugins, no post-renderer, no DNS, nothing fetched.

https://helm.sh/docs/helm/helm_template/
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from validators.documents import read
from validators.model import NotChecked
from validators.rendering import layout
from validators.rendering.complaints import named_place, quoted
from validators.rendering.model import Confidence, Failure, Job, Origin, Release
from validators.tree import EntryKind, Tree
from validators.units import fields
from validators.units.helm import CHART, local_dependencies, not_vendored
from validators.units.paths import below, join, name, shown
from validators.units.source import content

_AT = re.compile(r"(?:error at \(|template: |error on )(?P<path>[^\s:()]+):?(?P<line>\d+)?")
_NEEDS_VALUES = re.compile(r"execution error at \(")
_VALUES_FILE = re.compile(r"(?:failed to parse|open|cannot load) (?P<path>\S+?)[: ]")


def job(tree: Tree, release: Release, made: Mapping[str, bytes] | None = None) -> Job:
    """The run that renders the release; `made` are files that are not in the tree. Raises layout.TooMuch."""
    own = made or {}
    vendored = dict(_vendored(tree, release.chart))
    paths = (*layout.below_folder(tree, release.chart), *(path for path in release.values if path not in own))
    files = layout.entries(tree, paths)
    return Job("helm", shown(release.chart), tuple(_arguments(release)), files, tuple(sorted((vendored | dict(own)).items())))


def _arguments(release: Release) -> Iterator[str]:
    yield from ("template", release.name, f"./{release.chart}" if release.chart else ".")
    yield from ("--namespace", release.namespace or "default")
    if not release.skip_crds:
        yield "--include-crds"
    if release.kube_version:
        yield from ("--kube-version", release.kube_version)
    for path in release.values:
        yield from ("--values", f"./{path}")
    yield from release.options


def _vendored(tree: Tree, chart: str) -> Iterator[tuple[str, bytes]]:
    """What `helm dependency build` would put below `charts/`: the charts of this repository that the chart depends on."""
    for _, folder in local_dependencies(tree, chart):
        for entry in tree.walk(folder) if folder is not None else ():
            if entry.kind is EntryKind.FILE:
                rest = entry.path[len(folder or "") + 1 :] if folder else entry.path
                yield below(chart, f"charts/{name(folder or '')}/{rest}"), tree.read(entry)


def obstacles(tree: Tree, chart: str) -> tuple[NotChecked, ...]:
    """Why the chart can't be rendered from the repository alone; () when it can."""
    return tuple(not_vendored(tree, chart))


def is_library(tree: Tree, chart: str) -> bool:
    """Whether the chart only helps others: Helm does not install it."""
    documents = read(CHART, content(tree, below(chart, CHART)) or b"").documents
    return any(fields.text(document.value, "type") == "library" for document in documents)


def default_name(chart: str) -> str:
    """A release name for a chart that nothing in the repository installs: its folder's."""
    plain = re.sub(r"[^a-z0-9-]+", "-", name(chart).lower()).strip("-")[:53].strip("-")
    return plain or "release"


def charts(tree: Tree, folder: str) -> dict[str, str]:
    """The folder of the chart by its name, which is how Helm's messages and comments name its files."""
    for document in read(CHART, content(tree, below(folder, CHART)) or b"").documents:
        if found := fields.text(document.value, "name"):
            return {found: folder}
    return {}


def needs_values(complaint: str) -> bool:
    """Whether a template refused by itself (`required`, `fail`): whoever installs the chart has to say something."""
    return _NEEDS_VALUES.search(complaint) is not None


def source(tree: Tree, folders: Mapping[str, str], path: str) -> str:
    """The file of the tree that Helm names as `<chart>/templates/...`; "" for one that is not there, as in an archive."""
    chart, _, rest = path.partition("/")
    found = below(folders[chart], rest) if chart in folders else ""
    return found if found and tree.entry(found) is not None else ""


def failure(tree: Tree, release: Release, file: str, complaint: str) -> Failure:
    """What Helm's `complaint` about a release defined in `file` means, on the line that it is about where it names one."""
    text = complaint.rpartition("Error: ")[2]
    unit = Origin(file, None, Confidence.UNIT)
    return Failure(f"helm says: {quoted(text)}", _in_template(tree, release, text) or _in_values(tree, release, text) or unit)


def _in_template(tree: Tree, release: Release, text: str) -> Origin | None:
    folders = charts(tree, release.chart)
    for found in reversed(list(_AT.finditer(text))):
        path = source(tree, folders, found["path"])
        if path:
            line = int(found["line"]) if found["line"] else None
            return Origin(path, line, Confidence.EXACT if line else Confidence.FILE)
    return None


def _in_values(tree: Tree, release: Release, text: str) -> Origin | None:
    """The values file that can't be read."""
    found = _VALUES_FILE.search(text)
    if found is None:
        return None
    candidates: Iterable[str | None] = (join("", found["path"]), below(release.chart, found["path"]))
    path = next((each for each in candidates if each and tree.entry(each) is not None), None)
    return (named_place(text, path) or Origin(path, None, Confidence.FILE)) if path else None
