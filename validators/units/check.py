"""The validator `units`: what a change's units refer to in vain, and what of them is not checked."""

from collections.abc import Iterator

from validators.change import View
from validators.model import Coverage, Location, Look, Problem, Severity
from validators.units import missing, misspelt
from validators.units.definitions import Definition, definitions
from validators.units.discovery import Discovery
from validators.units.membership import Part
from validators.units.paths import parent, shown
from validators.units.source import content


class Units:
    """The validator `units`."""

    name = "units"

    def check(self, view: View) -> Look:
        """What is wrong at one side with the units that the change touches."""
        found = Discovery(view.tree, view.origin, (*view.paths, *view.gone))
        problems = tuple(_problems(found, view))
        notes = dict.fromkeys(note for unit in found.units() for note in unit.not_checked)
        notes |= dict.fromkeys(found.cuts())
        return Look(problems, Coverage(files=len(view.paths), not_checked=tuple(notes)))


def _problems(found: Discovery, view: View) -> Iterator[Problem]:
    including = found.including
    for folder in sorted(including):
        direct = found.kustomizations.at(folder)
        if direct is not None:
            yield from missing.of_kustomization(direct, found.paths)
            yield from misspelt.of_kustomization(direct) if direct.file in found.paths else ()
    yield from missing.cycles(found.kustomizations, including)
    for chart in sorted(found.charts):
        yield from missing.of_chart(found.tree, chart)
    for file, definition in _definitions(found, view):
        yield from missing.of_definition(found.tree, found.definitions, file, definition)
    yield from (_not_listed(path) for path in view.paths if found.parts[path] is Part.UNLISTED and _holds_manifest(found, path))


def _definitions(found: Discovery, view: View) -> Iterator[tuple[str, Definition]]:
    """The Argo CD and Flux objects that the change touches, or whose folder it took away, with their files."""
    seen = set()
    for path in view.paths:
        if found.parts[path] not in {Part.TEMPLATE, Part.CHART, Part.OTHER}:
            seen.add(path)
            yield from ((path, definition) for definition in definitions(content(found.tree, path) or b""))
    vanished = set(found.vanished)
    if vanished:
        yield from ((file, definition) for file, definition in found.definitions.naming(vanished) if file not in seen)


def _holds_manifest(found: Discovery, path: str) -> bool:
    data = content(found.tree, path) or b""
    return b"apiVersion" in data and b"kind" in data


def _not_listed(path: str) -> Problem:
    message = (
        f"No kustomization lists this file: it will never be applied. Add it to the one in {shown(parent(path))}, or delete it."
    )
    return Problem(
        "unit/not-listed", Severity.INFO, message, Location(path, 1), about=path, title="Not listed by any kustomization"
    )
