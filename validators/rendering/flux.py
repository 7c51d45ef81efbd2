"""Flux's Kustomizations and HelmReleases, rendered as its controllers do it.

https://fluxcd.io/flux/components/kustomize/kustomizations/ and https://fluxcd.io/flux/components/helm/helmreleases/.
A folder without a kustomization gets one made of all manifests in it; one that nothing is done to is applied as it stands.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from validators.model import NotChecked
from validators.rendering import edited, helm, kustomize, layout
from validators.rendering.flux_values import Absent, values_from
from validators.rendering.layout import TooMuch
from validators.rendering.model import Confidence, Failure, Job, Origin, Plan, Release, Step
from validators.units.discovery import Discovery
from validators.units.fields import mapping, text
from validators.units.flux import Deployment
from validators.units.helm import CHART
from validators.units.kustomization import NAMES
from validators.units.model import Unit, UnitKind
from validators.units.paths import Standing, below, join, look, name, parent, shown
from validators.units.source import content
from validators.units.unrendered import notes

_OVERRIDES = ("namePrefix", "nameSuffix")
_CHANGES = ("targetNamespace", "patches", "components", "images", "commonMetadata", "postBuild", *_OVERRIDES)
_MANIFESTS = (".yaml", ".yml")


def plan(found: Discovery, file: str, deployment: Deployment, kube_version: str) -> Plan | None:
    """How the object, which `file` defines, is rendered; None where its manifests are applied as they stand, this side has no
    such folder, or it is a patch of an object that is written elsewhere."""
    folder = join("", deployment.path.lstrip("/"))
    in_git = deployment.source.kind == "GitRepository"
    if not deployment.source.kind or folder is None or (in_git and look(found.tree, folder).standing is not Standing.FOLDER):
        return None
    kind = UnitKind.HELM_RELEASE if deployment.release else UnitKind.FLUX_KUSTOMIZATION
    cluster = text(deployment.document.value, "spec", "kubeConfig", "secretRef", "name")
    unit = Unit(deployment.name, kind, file, frozenset({file}), deployment.namespace, cluster=cluster)
    made = Plan(unit, file)
    if why := tuple(notes(found.tree, found.definitions, file, deployment)):
        return replace(made, why=why)
    try:
        return (
            _release(found, made, deployment, folder, kube_version)
            if deployment.release
            else _built(found, made, deployment, folder)
        )
    except TooMuch as limit:
        return replace(made, why=(_note(made, str(limit)),))
    except Absent as absent:
        return replace(made, why=(_note(made, str(absent)),))


def _note(made: Plan, why: str) -> NotChecked:
    what = "HelmRelease" if made.unit.kind is UnitKind.HELM_RELEASE else "Kustomization"
    return NotChecked(f"{what} {made.unit.name}", f"not rendered: {why}")


# ------------------------------------------------------------------ Kustomization


def _built(found: Discovery, made: Plan, deployment: Deployment, folder: str) -> Plan | None:
    spec = mapping(deployment.document.value, "spec")
    known = found.kustomizations
    direct = known.at(folder)
    changed = any(spec.get(field) for field in _CHANGES)
    if direct is None:
        return _generated(found, made, spec, folder) if changed else None
    if why := kustomize.obstacles(known, folder):
        return replace(made, why=why)
    before = edited.parsed(content(found.tree, direct.file) or b"")
    fields = _edited(before, spec)
    own = {direct.file: edited.written(fields)} if fields != before else {}
    job = kustomize.job(found.tree, known, folder, restrictor=kustomize.ANYWHERE, made=own)
    return _with_step(found, made, spec, Step(folder, job), known.inputs(folder))


def _generated(found: Discovery, made: Plan, spec: Mapping[str, object], folder: str) -> Plan | None:
    """The kustomization that the controller writes: all manifests below `folder`, sub-folders with one of their own as such."""
    known = found.kustomizations
    resources: dict[str, None] = {}
    paths: dict[str, None] = {}
    for entry in found.tree.walk(folder):
        inner = _kustomized(found, folder, parent(entry.path))
        if inner is not None:
            resources[_relative(inner, folder)] = None
            paths |= dict.fromkeys(known.inputs(inner))
        elif entry.path.endswith(_MANIFESTS) and not name(entry.path).startswith("."):
            resources[_relative(entry.path, folder)] = None
            paths[entry.path] = None
    if not resources:
        return None
    fields = _edited(
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": [*resources]}, spec
    )
    own = ((below(folder, NAMES[0]), edited.written(fields)),)
    arguments = ("build", "--load-restrictor", kustomize.ANYWHERE, f"./{folder}" if folder else ".")
    job = Job("kustomize", shown(folder), arguments, layout.entries(found.tree, paths), own)
    return _with_step(found, made, spec, Step(folder, job), frozenset(paths))


def _kustomized(found: Discovery, top: str, folder: str) -> str | None:
    """The outermost folder with a kustomization between `top` and `folder`."""
    inner = None
    while folder != top and folder:
        inner = folder if found.kustomizations.at(folder) is not None else inner
        folder = parent(folder)
    return inner


def _relative(path: str, folder: str) -> str:
    return path[len(folder) + 1 :] if folder else path


def _edited(fields: edited.Fields, spec: Mapping[str, object]) -> edited.Fields:
    fields = edited.with_fields(fields, {"namespace": spec.get("targetNamespace")}, ("namespace",))
    fields = edited.with_fields(fields, spec, _OVERRIDES)
    fields = edited.with_items(fields, "patches", spec.get("patches"))
    fields = edited.with_items(fields, "components", spec.get("components"))
    fields = edited.with_named(fields, "images", spec.get("images"))
    common = mapping(spec, "commonMetadata")
    labels = [{"pairs": common["labels"]}] if common.get("labels") else []
    fields = edited.with_items(fields, "labels", labels)
    return edited.with_entries(fields, "commonAnnotations", common.get("annotations"))


def _with_step(found: Discovery, made: Plan, spec: Mapping[str, object], step: Step, inputs: frozenset[str]) -> Plan:
    variables, read_files = _variables(found, spec)
    unit = replace(made.unit, inputs=made.unit.inputs | inputs | read_files)
    return replace(made, unit=unit, steps=(step,), variables=variables or None)


def _variables(found: Discovery, spec: Mapping[str, object]) -> tuple[dict[str, str], frozenset[str]]:
    """The values that are filled in, `substitute` before `substituteFrom`, and the files that give them. Raises Absent."""
    post = mapping(spec, "postBuild")
    values: dict[str, str] = {}
    files: set[str] = set()
    sources = post.get("substituteFrom")
    for each in sources if isinstance(sources, list) else ():
        data, file = values_from(found.tree, each)
        values |= data
        files |= {file} if file else set()
    values |= {key: _text(value) for key, value in mapping(post, "substitute").items()}
    return values, frozenset(files)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


# ------------------------------------------------------------------ HelmRelease


def _release(found: Discovery, made: Plan, deployment: Deployment, folder: str, kube_version: str) -> Plan | None:
    if found.tree.entry(below(folder, CHART)) is None:
        return None
    if why := helm.obstacles(found.tree, folder):
        return replace(made, why=why)
    spec = mapping(deployment.document.value, "spec")
    own, values, files = _values(found, made, spec)
    chosen = mapping(spec, "chart", "spec").get("valuesFiles")
    paths, failures = _chosen(found, made, deployment, chosen if isinstance(chosen, list) else [])
    if failures:
        return replace(made, failures=failures)
    if paths:
        own[below(folder, "values.yaml")] = b"{}\n"  # valuesFiles stand in its place
    target = text(spec, "targetNamespace")
    release = Release(
        chart=folder,
        name=text(spec, "releaseName") or (f"{target}-{deployment.name}" if target else deployment.name),
        namespace=deployment.namespace,
        values=(*paths, *values),
        kube_version=kube_version,
        skip_crds=text(spec, "install", "crds") == "Skip",
    )
    inputs = frozenset({entry.path for entry in found.tree.walk(folder)} | files | set(paths))
    unit = replace(made.unit, inputs=made.unit.inputs | inputs)
    return replace(made, unit=unit, steps=(Step(release, helm.job(found.tree, release, own)),))


def _values(found: Discovery, made: Plan, spec: Mapping[str, object]) -> tuple[dict[str, bytes], tuple[str, ...], set[str]]:
    """What `valuesFrom` and `values` give, as files in the order in which they count. Raises Absent."""
    own: dict[str, bytes] = {}
    files: set[str] = set()
    sources = spec.get("valuesFrom")
    for index, each in enumerate(sources if isinstance(sources, list) else ()):
        data, file = values_from(found.tree, each)
        files |= {file} if file else set()
        key = text(each, "valuesKey") or "values.yaml"
        if text(each, "targetPath"):
            raise Absent(f"`targetPath` in its valuesFrom ({text(each, 'name')}) is not worked out")
        if key in data:
            own[f"{made.unit.path}.{index}.values.yaml"] = data[key].encode("utf-8", "surrogatepass")
    if values := mapping(spec, "values"):
        own[f"{made.unit.path}.values.yaml"] = json.dumps(values).encode("utf-8", "surrogatepass")
    return own, tuple(own), files


def _chosen(
    found: Discovery, made: Plan, deployment: Deployment, chosen: list[object]
) -> tuple[tuple[str, ...], tuple[Failure, ...]]:
    """The values files of `valuesFiles`, which count from the root of the repository, and those that are not there."""
    ignored = mapping(deployment.document.value, "spec", "chart", "spec").get("ignoreMissingValuesFiles") is True
    there: list[str] = []
    failures: list[Failure] = []
    for index, each in enumerate(chosen):
        path = join("", str(each).lstrip("/"))
        if path and found.tree.entry(path) is not None:
            there.append(path)
        elif not ignored:
            line = deployment.document.locate(("spec", "chart", "spec", "valuesFiles", index)).line
            failures.append(
                Failure(f"the values file `{each}` is not in this repository.", Origin(made.file, line, Confidence.EXACT))
            )
    return tuple(there), tuple(failures)
