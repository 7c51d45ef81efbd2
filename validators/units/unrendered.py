"""What an Argo CD or Flux object brings to a cluster that can't be known from the repository alone, one note for each cause."""

from collections.abc import Iterator

from validators.model import NotChecked
from validators.tree import Tree
from validators.units import argocd, flux
from validators.units.definitions import Definition, Definitions
from validators.units.helm import chart_of
from validators.units.kustomization import NAMES
from validators.units.paths import Standing, below, join, look
from validators.units.remote import without_credentials
from validators.words import listed


def notes(tree: Tree, known: Definitions, definition: Definition) -> Iterator[NotChecked]:
    """What of `definition` is not checked."""
    if isinstance(definition, argocd.Application):
        yield from _application(tree, known, definition)
    elif isinstance(definition, flux.Deployment):
        yield from _flux(tree, known, definition)


def _application(tree: Tree, known: Definitions, application: argocd.Application) -> Iterator[NotChecked]:
    what = f"{'ApplicationSet' if application.is_set else 'Application'} {application.name}"
    for source in application.sources:
        if why := _source(tree, known, source):
            yield NotChecked(what, f"not rendered: {why}")
    if outside := [kind for kind in application.generators if kind not in argocd.STATIC_GENERATORS]:
        yield NotChecked(what, f"not rendered: its generator {listed(outside)} asks what the repository does not hold")
    elif application.is_set:
        yield NotChecked(what, "not rendered: the Applications that its generators make are not worked out")


def _source(tree: Tree, known: Definitions, source: argocd.Source) -> str:
    """Why what one source brings is not known; "" when the manifests it names are judged as they stand."""
    where, ours = without_credentials(source.repository), known.ours(source.repository)
    if source.chart:
        return f"its chart {source.chart} {source.revision} is fetched from {where}; vendor it to have it checked"
    if ours is False:
        return f"its source {source.path or 'at the root'} is in another repository, {where}"
    if ours is None:
        return f"its source {source.path or 'at the root'} is in {where}, and the URL of this repository is not known"
    if source.plugin:
        return f"its source {source.path} is rendered by a plugin, and plugins are never run"
    if source.revision not in argocd.THIS_REVISION:
        return f"it deploys the revision {source.revision} of this repository, not what this change makes of it"
    return _by_program(tree, source.path)


def _by_program(tree: Tree, path: str) -> str:
    """What has to be run to know what the folder at `path` comes to; "" for plain manifests."""
    folder = join("", path.lstrip("/"))
    if folder is None or "{{" in path:
        return ""
    if look(tree, folder).standing is not Standing.FOLDER:
        return ""
    if chart_of(tree, below(folder, "Chart.yaml")) is not None:
        return f"its Helm chart {path} is judged from its own files only"
    if any(tree.entry(below(folder, name)) for name in NAMES):
        return f"its kustomization {path} is judged from its own files only"
    return ""


def _flux(tree: Tree, known: Definitions, deployment: flux.Deployment) -> Iterator[NotChecked]:
    if not deployment.source.kind:  # a patch of one that is written elsewhere
        return
    what = f"{'HelmRelease' if deployment.release else 'Kustomization'} {deployment.name}"
    source = known.source(deployment.source)
    named = f"{deployment.source.kind} {deployment.source.name}"
    where = f" ({without_credentials(source.url)})" if source is not None else ""
    ours = known.flux_ours(deployment.source)
    if deployment.source.kind != "GitRepository":
        chart = f"its chart {deployment.path}" if deployment.path else "what it deploys"
        yield NotChecked(what, f"not rendered: {chart} is fetched from {named}{where}; vendor it to have it checked")
    elif ours is False:
        yield NotChecked(what, f"not rendered: {deployment.path or 'its folder'} is in another repository, {named}{where}")
    elif ours is None and not _is_there(tree, deployment.path):
        yield NotChecked(what, f"not rendered: whether {named}{where} is this repository is not known")
    elif why := _by_program(tree, deployment.path):
        yield NotChecked(what, f"not rendered: {why}")


def _is_there(tree: Tree, path: str) -> bool:
    folder = join("", path.lstrip("/"))
    return folder is not None and look(tree, folder).standing is Standing.FOLDER
