"""Flux's Kustomizations, HelmReleases and sources, as far as they can be read without Flux.

https://fluxcd.io/flux/components/kustomize/kustomizations/, .../helm/helmreleases/ and .../source/.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from validators.documents import Document
from validators.units.fields import mapping, text

GROUPS = "toolkit.fluxcd.io"
BOOTSTRAP = "flux-system"
"""The source that `flux bootstrap` makes for the repository it is given."""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The source that an object takes its content from."""

    kind: str
    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Source:
    """A GitRepository, HelmRepository, OCIRepository or Bucket."""

    ref: SourceRef
    url: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A Kustomization or HelmRelease. `path` is the folder that it deploys, for a HelmRelease its chart.

    `namespace` is where its objects go when they name none; `release` tells a HelmRelease from a Kustomization.
    """

    document: Document
    name: str
    release: bool
    path: str
    source: SourceRef
    namespace: str


def source(document: Document) -> Source | None:
    """The source that the document is; None when it is none."""
    if _group(document) != f"source.{GROUPS}":
        return None
    value = document.value
    kind, name, namespace = text(value, "kind"), text(value, "metadata", "name"), text(value, "metadata", "namespace")
    return Source(SourceRef(kind, name, namespace), text(value, "spec", "url"))


def deployment(document: Document) -> Deployment | None:
    """The Kustomization or HelmRelease that the document is; None when it is neither."""
    kind = (_group(document), text(document.value, "kind"))
    if kind == (f"kustomize.{GROUPS}", "Kustomization"):
        return _kustomization(document)
    return _release(document) if kind == (f"helm.{GROUPS}", "HelmRelease") else None


def _kustomization(document: Document) -> Deployment:
    value = document.value
    return Deployment(
        document=document,
        name=text(value, "metadata", "name"),
        release=False,
        path=text(value, "spec", "path"),
        source=_reference(mapping(value, "spec", "sourceRef"), text(value, "metadata", "namespace")),
        namespace=text(value, "spec", "targetNamespace"),
    )


def _release(document: Document) -> Deployment:
    value = document.value
    own = text(value, "metadata", "namespace")
    chart = mapping(value, "spec", "chart", "spec")
    reference = mapping(chart, "sourceRef") or mapping(value, "spec", "chartRef")
    return Deployment(
        document=document,
        name=text(value, "metadata", "name"),
        release=True,
        path=text(chart, "chart"),
        source=_reference(reference, own),
        namespace=text(value, "spec", "targetNamespace") or own,
    )


def _reference(value: Mapping[str, object], own: str) -> SourceRef:
    return SourceRef(text(value, "kind"), text(value, "name"), text(value, "namespace") or own)


def _group(document: Document) -> str:
    return text(document.value, "apiVersion").partition("/")[0]
