"""The objects that kustomizations and charts come to, and where what is wrong with them is told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from validators.change import ToolFailed, ToolMissing, View
from validators.model import Location, NotChecked, Problem
from validators.rendering.kubernetes import version_for
from validators.rendering.model import RenderedResource, Rendering
from validators.rendering.origin import origin
from validators.rendering.rendered import render
from validators.rendering.targets import plans
from validators.resources import Resource
from validators.units.discovery import Discovery


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """An object that was rendered, with the rendering that it is of."""

    rendering: Rendering
    each: RenderedResource

    @property
    def resource(self) -> Resource:
        """The object."""
        return self.each.resource


@dataclass(frozen=True, slots=True)
class Renderings:
    """What the touched units of one side come to: their `objects`, the files `covered` by that, and what is not known."""

    objects: tuple[Made, ...] = ()
    covered: frozenset[str] = frozenset()
    notes: tuple[NotChecked, ...] = ()


def rendered(view: View) -> Renderings:
    """The objects of the units that the change touches. A program that is not there or fails is noted."""
    found = Discovery(view.tree, view.origin, (*view.paths, *view.gone))
    wanted = plans(found, version_for(view.settings))
    try:
        renderings = render(found, wanted)
    except (ToolMissing, ToolFailed) as failure:
        notes = (NotChecked(plan.unit.name, f"not rendered: {failure}") for plan in wanted if plan.steps)
        return Renderings(notes=tuple(notes))
    return Renderings(
        objects=tuple(_made(renderings)),
        covered=frozenset(path for each in renderings if not each.unknown for path in each.plan.unit.inputs),
    )


def _made(renderings: tuple[Rendering, ...]) -> Iterator[Made]:
    for rendering in renderings:
        yield from (Made(rendering, each) for each in rendering.resources)


def is_same(problem: Problem, other: Problem, made: Made) -> bool:
    """Whether `other`, of the same rule and about the same, is in a file that the object was rendered from.

    A prefix may have changed its name."""
    return (
        other.location.path in made.rendering.plan.unit.inputs
        and other.resource is not None
        and problem.resource is not None
        and other.resource.kind == problem.resource.kind
    )


def at_its_origin(problem: Problem, made: Made) -> Problem:
    """The problem of a rendered object, told where it comes from."""
    unit = made.rendering.plan.unit
    where = origin(made.rendering, made.each)
    return replace(
        problem,
        message=f"{problem.message} It is in what {unit.name} comes to when it is rendered.",
        location=Location(where.path, where.line),
        unit=unit.name,
        suggestion=None,
    )
