"""References of definitions to files and folders that are not in the tree: each one stops its whole unit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from validators.documents import Document
from validators.model import Location, Problem, Severity
from validators.tree import Tree
from validators.units import argocd, flux
from validators.units.definitions import Definition, Definitions
from validators.units.fields import Segments, dotted
from validators.units.helm import CHART, local_dependencies
from validators.units.kustomizations import Kustomizations
from validators.units.model import Reference
from validators.units.paths import Standing, below, is_in, join, look, parent, shown
from validators.units.references import Broken, Direct
from validators.words import counted, listed

MISSING_INPUT = "unit/missing-input"
MISSING_PATH = "unit/missing-path"
CYCLE = "unit/cycle"
SEVERAL = "unit/several-kustomizations"
_MOST_NAMED = 5


def of_kustomization(direct: Direct, touched: Iterable[str]) -> Iterator[Problem]:
    """The broken references of one kustomization that have to do with the `touched` paths.

    A touched link that leads out of the repository has a finding of its own already.
    """
    paths = tuple(touched)
    if direct.others and not {direct.file, *direct.others}.isdisjoint(paths):
        yield _several(direct)
    for broken in direct.broken:
        if broken.link in paths:
            continue
        targets = (broken.target,) if broken.target is not None else ()
        if direct.file in paths or any(is_in(path, target) for target in targets for path in paths):
            yield _missing_input(broken)


def _several(direct: Direct) -> Problem:
    names = listed([f"`{path}`" for path in (direct.file, *direct.others)])
    message = f"{names} stand in one folder: kustomize refuses to choose. Keep one of them."
    place = Location(direct.others[0], 1)
    return Problem(SEVERAL, Severity.ERROR, message, place, about="several", title="A second kustomization in one folder")


def _missing_input(broken: Broken) -> Problem:
    reference = broken.reference
    field = reference.field.partition("[")[0]
    message = f"`{reference.text}` stands under `{field}`, but {broken.why}: it can't be built. Mend it or take it out."
    title = f"`{reference.text}` can't be read"
    place = _place(broken.file, reference)
    return Problem(MISSING_INPUT, Severity.ERROR, message, place, about=f"{field} {reference.text}", title=title)


def cycles(known: Kustomizations, folders: Iterable[str]) -> Iterator[Problem]:
    """Kustomizations of `folders` that include themselves, one problem for each circle."""
    told: set[str] = set()
    for folder in sorted(folders):
        direct = known.at(folder)
        for reference, included in direct.folders if direct is not None and folder not in told else ():
            if direct is not None and (circle := _circle(known, folder, included)):
                told |= circle
                yield _cycle(direct, reference, circle)
                break


def _cycle(direct: Direct, reference: Reference, circle: frozenset[str]) -> Problem:
    names = [f"`{shown(each)}`" for each in sorted(circle)]
    more = [f"{counted(len(names) - _MOST_NAMED, 'more folder')}"] if len(names) > _MOST_NAMED else []
    who = f"{listed([*names[:_MOST_NAMED], *more])} include each other" if len(names) > 1 else f"{names[0]} includes itself"
    message = f"{who} without end: nothing of it can be built. Take one of the references out."
    title = f"`{reference.text}` leads back to this kustomization"
    return Problem(CYCLE, Severity.ERROR, message, _place(direct.file, reference), about=" ".join(sorted(circle)), title=title)


def _circle(known: Kustomizations, folder: str, included: str) -> frozenset[str]:
    """The folders through which `included` leads back to `folder`; empty when it does not.

    A folder above counts as leading back, for kustomize refuses a base that contains the kustomization that includes it.
    """
    if is_in(folder, included):
        return frozenset({folder, included})
    reached = {parent(direct.file): direct for direct in known.closure(included)}
    if folder not in reached:
        return frozenset()
    includers: defaultdict[str, list[str]] = defaultdict(list)
    for each, direct in reached.items():
        for _, target in direct.folders:
            includers[target].append(each)
    circle, waiting = {folder}, [folder]
    while waiting:
        new = set(includers[waiting.pop()]) - circle
        circle |= new
        waiting += new
    return frozenset(circle)


def of_chart(tree: Tree, chart: str) -> Iterator[Problem]:
    """The dependencies of a chart in folders that are not there."""
    for reference, folder in local_dependencies(tree, chart):
        if folder is None or tree.entry(below(folder, CHART)) is None:
            why = "leads outside of the repository" if folder is None else f"has no {CHART}"
            message = (
                f"The dependency `{reference.text}` {why}: the chart can't be rendered. Mend the path, or vendor the chart."
            )
            place = _place(below(chart, CHART), reference)
            yield Problem(
                MISSING_INPUT, Severity.ERROR, message, place, about=reference.text, title=f"`{reference.text}` can't be read"
            )


def of_definition(tree: Tree, known: Definitions, file: str, definition: Definition) -> Iterator[Problem]:
    """The folders of this repository that an Argo CD or Flux object deploys and that are not there."""
    if isinstance(definition, argocd.Application):
        what = f"{'ApplicationSet' if definition.is_set else 'Application'}/{definition.name}"
        for source in definition.sources:
            ours = known.ours(source.repository) and source.revision in argocd.THIS_REVISION
            if ours and not source.chart and source.path and "{{" not in source.path:
                yield from _missing_path(tree, file, definition.document, what, (*source.segments, "path"), source.path)
    elif isinstance(definition, flux.Deployment) and known.flux_ours(definition.source) and definition.path:
        kind, way = (
            ("HelmRelease", ("spec", "chart", "spec", "chart")) if definition.release else ("Kustomization", ("spec", "path"))
        )
        yield from _missing_path(tree, file, definition.document, f"{kind}/{definition.name}", way, definition.path)


def _missing_path(tree: Tree, file: str, document: Document, what: str, way: Segments, path: str) -> Iterator[Problem]:
    folder = join("", path.lstrip("/"))
    standing = Standing.OUTSIDE if folder is None else look(tree, folder).standing
    if standing in {Standing.FOLDER, Standing.SUBMODULE}:
        return
    why = {Standing.FILE: "is a file", Standing.OUTSIDE: "leads outside of the repository"}.get(standing, "does not exist")
    message = f"`{what}` deploys `{path}` of this repository, but that {why}: there is nothing to deploy. Mend `{dotted(way)}`."
    line, end_line, column = document.locate(way)
    place = Location(file, line, end_line, column)
    yield Problem(MISSING_PATH, Severity.ERROR, message, place, about=f"{what} {path}", title=f"`{path}` {why}")


def _place(file: str, reference: Reference) -> Location:
    return Location(file, reference.line, reference.end_line, reference.column)
