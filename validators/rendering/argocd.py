"""Argo CD's Applications, rendered as its repository server does it.

https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/, .../helm/ and .../multiple_sources/. Folders of plain manifests
are not rendered: what lies there is applied as it stands.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from validators.documents import read
from validators.model import NotChecked
from validators.rendering import edited, helm, kustomize
from validators.rendering.layout import TooMuch
from validators.rendering.model import Confidence, Failure, Origin, Plan, Release, Step
from validators.units.argocd import Application, Source
from validators.units.definitions import value_path
from validators.units.discovery import Discovery
from validators.units.fields import Segments, at, mapping, text
from validators.units.helm import CHART
from validators.units.model import Unit, UnitKind
from validators.units.paths import Standing, below, join, look
from validators.units.source import content
from validators.units.unrendered import of_source

OVERRIDES = (".argocd-source.yaml", ".argocd-source-{name}.yaml")
_IMAGE = re.compile(r"^(?:(?P<name>[^=]+)=)?(?P<new>[^@]+?)(?::(?P<tag>[^:/@]+))?(?:@(?P<digest>.+))?$")


def plan(found: Discovery, file: str, application: Application, kube_version: str) -> Plan | None:
    """How the Application, which `file` defines, is rendered; None where its manifests are applied as they stand."""
    unit = Unit(
        application.name, UnitKind.APPLICATION, file, frozenset({file}), application.namespace, cluster=application.cluster
    )
    made = Plan(unit, file)
    for source in application.sources:
        if not source.chart and (not source.path or not _is_there(found, source)):
            continue
        if why := of_source(found.tree, found.definitions, source):
            note = NotChecked(f"Application {application.name}", f"not rendered: {why}")
            made = replace(made, why=(*made.why, note))
            continue
        made = _with_source(found, made, application, source, kube_version)
    return made if made.steps or made.why or made.failures else None


def _is_there(found: Discovery, source: Source) -> bool:
    """Whether this side has the folder of the source; that it lacks one is told by others, or it is in another repository."""
    folder = join("", source.path.lstrip("/"))
    return folder is not None and look(found.tree, folder).standing is Standing.FOLDER


def _with_source(found: Discovery, made: Plan, application: Application, source: Source, kube_version: str) -> Plan:
    folder = join("", source.path.lstrip("/")) or ""
    fields = _overridden(found, folder, application, source)
    known = found.kustomizations
    try:
        if "directory" in fields or "plugin" in fields:
            return made
        if "helm" in fields or found.tree.entry(below(folder, CHART)) is not None:
            return _with_release(found, made, application, source, folder, mapping(fields, "helm"), kube_version)
        if known.at(folder) is None:
            return made
        if why := kustomize.obstacles(known, folder):
            return replace(made, why=(*made.why, *why))
        own = _edited(found, folder, mapping(fields, "kustomize"))
        step = Step(folder, kustomize.job(found.tree, known, folder, made=own))
        return _joined(made, step, known.inputs(folder))
    except TooMuch as limit:
        return replace(made, why=(*made.why, NotChecked(f"Application {application.name}", f"not rendered: {limit}")))


def _joined(made: Plan, step: Step, inputs: frozenset[str]) -> Plan:
    return replace(made, unit=replace(made.unit, inputs=made.unit.inputs | inputs), steps=(*made.steps, step))


def _overridden(found: Discovery, folder: str, application: Application, source: Source) -> Mapping[str, object]:
    """The fields of a source, with what the files of https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/ change."""
    fields = source.fields
    for name in OVERRIDES:
        data = content(found.tree, below(folder, name.format(name=application.name)))
        for document in read(name, data or b"").documents:
            fields = _merged(fields, document.value)
    return fields


def _merged(fields: object, patch: object) -> Mapping[str, object]:
    """A merge patch: https://datatracker.ietf.org/doc/html/rfc7386."""
    own = dict(fields) if isinstance(fields, Mapping) else {}
    for name, value in patch.items() if isinstance(patch, Mapping) else ():
        if value is None:
            own.pop(name, None)
        else:
            own[name] = _merged(own.get(name), value) if isinstance(value, Mapping) else value
    return own


# ------------------------------------------------------------------ kustomize


def _edited(found: Discovery, folder: str, options: Mapping[str, object]) -> Mapping[str, bytes]:
    """The folder's kustomization as `kustomize edit` leaves it; nothing where there is nothing to edit."""
    direct = found.kustomizations.at(folder)
    if direct is None:
        return {}
    before = edited.parsed(content(found.tree, direct.file) or b"")
    fields = edited.with_fields(before, options, ("namePrefix", "nameSuffix", "namespace"))
    images = options.get("images")
    parts = [_image(image) for image in images if isinstance(image, str)] if isinstance(images, list) else []
    fields = edited.with_named(fields, "images", parts)
    fields = edited.with_named(fields, "replicas", options.get("replicas"))
    fields = edited.with_entries(fields, "commonLabels", options.get("commonLabels"))
    fields = edited.with_entries(fields, "commonAnnotations", options.get("commonAnnotations"))
    fields = edited.with_items(fields, "patches", options.get("patches"))
    fields = edited.with_items(fields, "components", options.get("components"))
    return {direct.file: edited.written(fields)} if fields != before else {}


def _image(image: str) -> Mapping[str, str]:
    """`[name=]new[:tag][@digest]`, as `kustomize edit set image` reads it."""
    found = _IMAGE.match(image)
    if found is None:
        return {"name": image}
    parts = {"name": found["name"] or found["new"], "newTag": found["tag"], "digest": found["digest"]}
    parts["newName"] = found["new"] if found["name"] else None
    return {name: part for name, part in parts.items() if part}


# ------------------------------------------------------------------ Helm


def _with_release(
    found: Discovery,
    made: Plan,
    application: Application,
    source: Source,
    folder: str,
    options: Mapping[str, object],
    kube: str,
) -> Plan:
    if why := helm.obstacles(found.tree, folder):
        return replace(made, why=(*made.why, *why))
    values, missing = _values(found, made.file, application, source, folder, options)
    if missing:
        return replace(made, failures=(*made.failures, *missing))
    own = _own_values(made, options)
    release = Release(
        chart=folder,
        name=text(options, "releaseName") or application.name,
        namespace=text(options, "namespace") or application.namespace,
        values=(*values, *own),
        kube_version=text(options, "kubeVersion") or kube,
        skip_crds=options.get("skipCrds") is True,
        options=tuple(_options(options)),
    )
    inputs = frozenset({entry.path for entry in found.tree.walk(folder)} | set(values))
    return _joined(made, Step(release, helm.job(found.tree, release, own)), inputs)


def _values(
    found: Discovery, file: str, application: Application, source: Source, folder: str, options: Mapping[str, object]
) -> tuple[tuple[str, ...], tuple[Failure, ...]]:
    """The values files that are there, in their order, and what is to be said of those that are not."""
    refs = {each.ref for each in application.sources if each.ref and found.definitions.ours(each.repository) is not False}
    ignored = options.get("ignoreMissingValueFiles") is True
    there: list[str] = []
    failures: list[Failure] = []
    written = options.get("valueFiles")
    for index, each in enumerate(written if isinstance(written, list) else ()):
        path = value_path(str(each), folder, refs)
        if path is not None and found.tree.entry(path) is not None:
            there.append(path)
        elif not ignored or path is None:
            way: Segments = (*source.segments, "helm", "valueFiles", index)
            line = application.document.locate(way).line
            message = f"the values file `{each}` is not in this repository."
            failures.append(Failure(message, Origin(file, line, Confidence.EXACT)))
    return tuple(there), tuple(failures)


def _own_values(made: Plan, options: Mapping[str, object]) -> Mapping[str, bytes]:
    """The values that stand in the Application itself, as a file; they win over the values files."""
    name = f"{made.unit.path}.{len(made.steps)}.values.yaml"
    inline = at(options, "valuesObject")
    if isinstance(inline, Mapping) and inline:
        return {name: json.dumps(inline).encode("utf-8", "surrogatepass")}
    values = text(options, "values")
    return {name: values.encode("utf-8", "surrogatepass")} if values.strip() else {}


def _options(options: Mapping[str, object]) -> Iterator[str]:
    parameters = options.get("parameters")
    for each in parameters if isinstance(parameters, list) else ():
        if isinstance(each, Mapping) and text(each, "name"):
            value = each.get("value", "")
            plain = str(value).lower() if isinstance(value, bool) else str(value)
            yield "--set-string" if each.get("forceString") is True else "--set"
            yield f"{text(each, 'name')}={_escaped(plain)}"
    if options.get("skipTests") is True:
        yield "--skip-tests"
    versions = options.get("apiVersions")
    for version in versions if isinstance(versions, list) else ():
        yield from ("--api-versions", str(version))


def _escaped(value: str) -> str:
    """A value for `--set`, in which a comma separates entries: https://helm.sh/docs/intro/using_helm/."""
    is_list = value.startswith("{") and value.endswith("}")
    return value if is_list else re.sub(r"(?<!\\),", r"\\,", value)
