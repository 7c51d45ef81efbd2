"""What an Argo CD or Flux object brings to a cluster that can't be known from the repository alone, one note for each cause."""

from collections.abc import Iterator

from validators.model import NotChecked
from validators.tree import Tree
from validators.units import argocd, flux
from validators.units.application_sets import NotMade
from validators.units.definitions import Definition, Definitions
from validators.units.paths import Standing, join, look
from validators.units.remote import without_credentials
from validators.words import listed


def notes(tree: Tree, known: Definitions, file: str, definition: Definition) -> Iterator[NotChecked]:
    """What of `definition`, which stands in `file`, is not checked."""
    if isinstance(definition, argocd.Application):
        yield from _application(tree, known, file, definition)
    elif isinstance(definition, flux.Deployment):
        yield from _flux(tree, known, definition)


def _application(tree: Tree, known: Definitions, file: str, application: argocd.Application) -> Iterator[NotChecked]:
    what = f"{'ApplicationSet' if application.is_set else 'Application'} {application.name}"
    for source in () if application.is_set else application.sources:
        if why := of_source(tree, known, source):
            yield NotChecked(what, f"not rendered: {why}")
    if outside := [kind for kind in application.generators if kind not in argocd.STATIC_GENERATORS]:
        yield NotChecked(what, f"not rendered: its generator {listed(outside)} asks what the repository does not hold")
    elif application.is_set:
        try:
            known.made_by(file, application)
        except NotMade as why_not:
            yield NotChecked(what, f"not rendered: {why_not}")


def of_source(tree: Tree, known: Definitions, source: argocd.Source) -> str:
    """Why what one source brings is not known; "" when it is rendered, or its manifests are judged as they stand."""
    where, ours = without_credentials(source.repository), known.ours(source.repository)
    if source.chart:
        return f"its chart {source.chart} {source.revision} is fetched from {where}; vendor it to have it checked"
    if ours is False:
        return f"its source {source.path or 'at the root'} is in another repository, {where}"
    if ours is None and not _is_there(tree, source.path):
        return f"its source {source.path or 'at the root'} is in {where}, and the URL of this repository is not known"
    if source.plugin:
        return f"its source {source.path} is rendered by a plugin, and plugins are never run"
    if source.revision not in argocd.THIS_REVISION:
        return f"it deploys the revision {source.revision} of this repository, not what this change makes of it"
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
        part = "its chart" if deployment.release else "its folder"
        chart = f"{part} {deployment.path}" if deployment.path else "what it deploys"
        yield NotChecked(what, f"not rendered: {chart} is fetched from {named}{where}; vendor it to have it checked")
    elif ours is False:
        yield NotChecked(what, f"not rendered: {deployment.path or 'its folder'} is in another repository, {named}{where}")
    elif ours is None and not _is_there(tree, deployment.path):
        yield NotChecked(what, f"not rendered: whether {named}{where} is this repository is not known")


def _is_there(tree: Tree, path: str) -> bool:
    folder = join("", path.lstrip("/"))
    return folder is not None and look(tree, folder).standing is Standing.FOLDER
