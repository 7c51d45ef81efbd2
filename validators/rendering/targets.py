"""Which units of one side a change touches, as what can be rendered, and how each of them is."""

from collections.abc import Iterator
from dataclasses import dataclass

from validators.model import NotChecked
from validators.rendering import argocd, flux, helm, kustomize
from validators.rendering.layout import TooMuch
from validators.rendering.model import Plan, Release, Step
from validators.units.application_sets import reads
from validators.units.argocd import Application
from validators.units.definitions import Definition, Deployer, definitions, kind_of
from validators.units.discovery import Discovery
from validators.units.flux import Deployment
from validators.units.helm import CHART
from validators.units.membership import Part
from validators.units.model import Unit, UnitKind
from validators.units.paths import below, parent, shown
from validators.units.source import content


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """A unit before it is looked at: a kustomization or chart by its folder, which nothing in the repository deploys, or with
    `kind` and `name` what an object in the file `path` deploys."""

    path: str
    kind: str = ""
    name: str = ""


def touched(found: Discovery) -> frozenset[Target]:
    """The targets that the change touches, seen from one side."""
    return frozenset((*_folders(found), *_deployers(found)))


def _folders(found: Discovery) -> Iterator[Target]:
    above = found.kustomizations.above(found.including)
    for folder in (*above, *found.charts):
        deployers = found.deployed_by(folder)
        yield from map(_target, deployers)
        if not deployers and not above.get(folder):
            yield Target(folder)


def _deployers(found: Discovery) -> Iterator[Target]:
    """What deploys the plain manifests that are touched, reads touched values files, or is written in a touched file."""
    for path, part in found.parts.items():
        if part is Part.PLAIN:
            yield from map(_target, found.definitions.deployers(parent(path)))
        if part not in {Part.TEMPLATE, Part.CHART}:
            yield from map(_target, found.definitions.readers(path))
        if part not in {Part.TEMPLATE, Part.CHART, Part.OTHER}:
            for definition in definitions(content(found.tree, path) or b""):
                yield from _defined(found, path, definition)
    for file, definition in found.definitions.sets():
        if any(reads(definition, path) for path in found.paths):
            yield from _defined(found, file, definition)


def _defined(found: Discovery, file: str, definition: Definition) -> Iterator[Target]:
    """The targets that an object is; those that it makes, for an ApplicationSet."""
    if isinstance(definition, Application):
        yield from (Target(file, UnitKind.APPLICATION, each.name) for each in found.definitions.applications(file, definition))
    elif isinstance(definition, Deployment) and (kind := kind_of(definition)) is not None:
        yield Target(file, kind, definition.name)


def _target(deployer: Deployer) -> Target:
    return Target(deployer.file, deployer.kind, deployer.name)


def plans(found: Discovery, kube_version: str) -> tuple[Plan, ...]:
    """How the touched units of this side are rendered, by their names."""
    made = (plan(found, target, kube_version) for target in sorted(touched(found)))
    return tuple(each for each in made if each is not None)


def plans_of_both(before: Discovery, after: Discovery, kube_version: str) -> tuple[tuple[Plan, ...], tuple[Plan, ...]]:
    """How the units that either side takes for touched are rendered on each side.

    What is part of something else on one side is no unit on the other either: a base that nobody includes yet deploys nothing.
    """
    targets = [
        each for each in sorted(touched(before) | touched(after)) if not _is_part(before, each) and not _is_part(after, each)
    ]
    old, new = ([plan(found, target, kube_version) for target in targets] for found in (before, after))
    return tuple(each for each in old if each), tuple(each for each in new if each)


def plan(found: Discovery, target: Target, kube_version: str) -> Plan | None:
    """How the target is rendered on this side; None where it is none: not there, part of something else, or plain manifests."""
    if target.kind:
        return _deployed(found, target, kube_version)
    folder = target.path
    if found.deployed_by(folder) or _is_part(found, target):
        return None
    if found.kustomizations.at(folder) is not None:
        return _kustomization(found, folder)
    if found.tree.entry(below(folder, CHART)) is not None and not helm.is_library(found.tree, folder):
        return _chart(found, folder, kube_version)
    return None


def _deployed(found: Discovery, target: Target, kube_version: str) -> Plan | None:
    for definition in definitions(content(found.tree, target.path) or b""):
        if isinstance(definition, Application) and target.kind == UnitKind.APPLICATION:
            for each in found.definitions.applications(target.path, definition):
                if each.name == target.name:
                    return argocd.plan(found, target.path, each, kube_version)
        elif isinstance(definition, Deployment) and (kind_of(definition), definition.name) == (target.kind, target.name):
            return flux.plan(found, target.path, definition, kube_version)
    return None


def _is_part(found: Discovery, target: Target) -> bool:
    """Whether the folder is only included by others, which are deployed in its place."""
    return not target.kind and any(found.kustomizations.referring([target.path]).values())


def _kustomization(found: Discovery, folder: str) -> Plan | None:
    known = found.kustomizations
    direct = known.at(folder)
    if direct is None or kustomize.is_component(known, folder):
        return None
    unit = Unit(shown(folder), UnitKind.KUSTOMIZATION, folder, known.inputs(folder), direct.kustomization.namespace)
    if why := kustomize.obstacles(known, folder):
        return Plan(unit, direct.file, why=why)
    try:
        return Plan(unit, direct.file, (Step(folder, kustomize.job(found.tree, known, folder)),))
    except TooMuch as limit:
        return Plan(unit, direct.file, why=(NotChecked(unit.name, f"not rendered: {limit}"),))


def _chart(found: Discovery, folder: str, kube_version: str) -> Plan:
    inputs = frozenset(entry.path for entry in found.tree.walk(folder))
    unit = Unit(shown(folder), UnitKind.HELM_CHART, folder, inputs)
    file = below(folder, CHART)
    if why := helm.obstacles(found.tree, folder):
        return Plan(unit, file, why=why)
    release = Release(folder, helm.default_name(folder), kube_version=kube_version)
    try:
        return Plan(unit, file, (Step(release, helm.job(found.tree, release)),), is_installed=False)
    except TooMuch as limit:
        return Plan(unit, file, why=(NotChecked(unit.name, f"not rendered: {limit}"),))
