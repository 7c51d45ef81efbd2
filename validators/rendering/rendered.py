"""Units to their objects: runs what their plans say, and reads what comes of it."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from validators.documents import Documents, read, refused
from validators.model import NotChecked
from validators.rendering import helm, kustomize
from validators.rendering.model import (
    Confidence,
    Failure,
    Job,
    Origin,
    Output,
    Plan,
    Release,
    RenderedResource,
    Rendering,
    Step,
    Unset,
)
from validators.rendering.running import outputs
from validators.rendering.substitution import CanNotSubstitute, filled_in, place_of
from validators.resources import resources
from validators.units import missing
from validators.units.discovery import Discovery

_SOURCE = re.compile(r"# Source: (\S+)")
_FATAL = frozenset({refused.SYNTAX, refused.ENCODING, refused.UNSUPPORTED, refused.LIMIT})


def render(found: Discovery, plans: Iterable[Plan]) -> tuple[Rendering, ...]:
    """What each plan's unit comes to on the side `found`. Raises ToolMissing and ToolFailed as `outputs`."""
    wanted = tuple(plans)
    done = outputs(found.tree, (step.job for plan in wanted for step in plan.steps))
    return tuple(_rendering(found, plan, done) for plan in wanted)


def _rendering(found: Discovery, plan: Plan, done: Mapping[Job, Output]) -> Rendering:
    whole = Rendering(plan, failures=plan.failures, why=plan.why)
    for step in plan.steps:
        output = done[step.job]
        part = _refused(found, plan, step, output.complaint) if output.complaint else _made(found, plan, step, output.text)
        whole = replace(
            whole,
            resources=(*whole.resources, *part.resources),
            failures=(*whole.failures, *part.failures),
            why=(*whole.why, *part.why),
            unset=(*whole.unset, *part.unset),
        )
    return whole


def _made(found: Discovery, plan: Plan, step: Step, text: bytes) -> Rendering:
    if plan.variables is None:
        return _read(found, plan, step, text)
    try:
        filled, names = filled_in(text, plan.variables)
    except CanNotSubstitute as refusal:
        origin = place_of(found.tree, plan.unit.inputs, "${") or Origin(plan.file, None, Confidence.UNIT)
        return Rendering(plan, failures=(Failure(f"Flux can't fill in its variables: {refusal}.", origin),))
    unit = Origin(plan.file, None, Confidence.UNIT)
    unset = (Unset(each, place_of(found.tree, plan.unit.inputs, f"${{{each}}}") or unit) for each in sorted(names))
    return replace(_read(found, plan, step, filled), unset=tuple(unset))


def _read(found: Discovery, plan: Plan, step: Step, text: bytes) -> Rendering:
    documents = read(plan.file, text)
    sources = _sources(found, step, text)
    lines = list(sources)
    made = []
    for each in resources(documents.documents):
        before = bisect(lines, each.locate().line or 0)
        made.append(RenderedResource(each, sources[lines[before - 1]] if before else ""))
    return Rendering(plan, tuple(made), tuple(_unreadable(plan, step, documents)))


def _sources(found: Discovery, step: Step, text: bytes) -> dict[int, str]:
    """The template of each document that Helm printed, by the line of its comment."""
    if not isinstance(step.subject, Release):
        return {}
    folders = helm.charts(found.tree, step.subject.chart)
    lines = enumerate(text.decode("utf-8", "replace").split("\n"), 1)
    return {number: helm.source(found.tree, folders, at[1]) for number, line in lines if (at := _SOURCE.fullmatch(line))}


def _unreadable(plan: Plan, step: Step, documents: Documents) -> Iterator[Failure]:
    """What can't be read of the output: a limit, or a text that only Helm takes for YAML."""
    for problem in documents.problems:
        if problem.rule in _FATAL:
            message = f"what {step.job.program} makes of it can't be read: {problem.message}"
            yield Failure(message, Origin(plan.file, None, Confidence.UNIT))


def _refused(found: Discovery, plan: Plan, step: Step, complaint: str) -> Rendering:
    if isinstance(step.subject, Release):
        if not plan.is_installed and helm.needs_values(complaint):
            note = NotChecked(plan.unit.name, "not rendered: its templates ask for values that nothing in the repository gives")
            return Rendering(plan, why=(note,))
        return Rendering(plan, failures=(helm.failure(found.tree, step.subject, plan.file, complaint),))
    failure = kustomize.failure(found.tree, found.kustomizations, step.subject, complaint)
    if _is_told(found, step.subject):
        note = NotChecked(plan.unit.name, f"not rendered: {failure.message.rstrip('.')}")
        return Rendering(plan, why=(note,))
    return Rendering(plan, failures=(failure,))


def _is_told(found: Discovery, folder: str) -> bool:
    """Whether something else is told of that keeps the kustomization from being built: a reference that leads nowhere, a
    circle, a field that kustomize does not know."""
    closure = found.kustomizations.closure(folder)
    touched = frozenset(found.paths)
    direct = any(
        each.broken or each.others or each.kustomization.unknown or each.kustomization.unreadable
        for each in closure
        if not touched.isdisjoint({each.file, *(broken.target for broken in each.broken if broken.target)})
    )
    return direct or next(missing.cycles(found.kustomizations, [folder]), None) is not None
