"""Argo CD's Applications and ApplicationSets, as far as they can be read without Argo CD.

https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml and .../applicationset.yaml.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from validators.documents import Document
from validators.units.fields import Segments, mapping, text, texts, values_at

GROUP = "argoproj.io"
THIS_REVISION = frozenset({"", "HEAD", "main", "master"})
"""Revisions that mean the branch a change is merged into, as far as the repository can tell."""

STATIC_GENERATORS = frozenset({"list", "git", "matrix", "merge", "selector"})
"""Generators of an ApplicationSet that take nothing but the repository's own files."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an Application. `segments` lead to it in the document. `chart` is a chart of a Helm repository,
    `path` a folder of a Git repository, `value_files` as written, `ref` the name under which others use its files."""

    segments: Segments
    repository: str
    path: str
    chart: str
    revision: str
    ref: str
    value_files: tuple[str, ...]
    plugin: bool
    recurse: bool


@dataclass(frozen=True, slots=True)
class Application:
    """An Application, or the template of an ApplicationSet, with the document that it was read from.

    `generators` are the kinds of an ApplicationSet's generators, at any depth; () for an Application.
    """

    document: Document
    name: str
    is_set: bool
    namespace: str
    sources: tuple[Source, ...]
    generators: tuple[str, ...] = ()


def application(document: Document) -> Application | None:
    """The Application or ApplicationSet that the document is; None when it is neither."""
    value = document.value
    if not isinstance(value, Mapping) or not text(value, "apiVersion").startswith(f"{GROUP}/"):
        return None
    kind = text(value, "kind")
    if kind not in {"Application", "ApplicationSet"}:
        return None
    is_set = kind == "ApplicationSet"
    above: Segments = ("spec", "template", "spec") if is_set else ("spec",)
    spec = mapping(value, *above)
    return Application(
        document=document,
        name=text(value, "metadata", "name"),
        is_set=is_set,
        namespace=text(spec, "destination", "namespace"),
        sources=tuple(_sources(spec, above)),
        generators=tuple(_generators(value.get("spec"))) if is_set else (),
    )


def _sources(spec: Mapping[str, object], above: Segments) -> Iterator[Source]:
    for pattern in ("source", "sources.[]"):
        for segments, value in values_at(spec, pattern):
            if isinstance(value, Mapping):
                yield _source(value, (*above, *segments))


def _source(value: Mapping[str, object], segments: Segments) -> Source:
    return Source(
        segments=segments,
        repository=text(value, "repoURL"),
        path=text(value, "path"),
        chart=text(value, "chart"),
        revision=text(value, "targetRevision"),
        ref=text(value, "ref"),
        value_files=texts(value, "helm.valueFiles.[]"),
        plugin="plugin" in value,
        recurse=mapping(value, "directory").get("recurse") is True,
    )


def _generators(spec: object) -> Iterator[str]:
    """The kinds of all generators, those inside of matrix and merge too (two levels, as Argo CD allows)."""
    for pattern in ("generators.[]", "generators.[].*.generators.[]", "generators.[].*.generators.[].*.generators.[]"):
        for _, generator in values_at(spec, pattern):
            if isinstance(generator, Mapping):
                yield from (str(kind) for kind in generator)
