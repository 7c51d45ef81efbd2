"""What is dangerous about a change to one resource, in sentences."""

from collections.abc import Mapping

from validators.dry_run.immutable import is_forced, refused
from validators.model import Action, ResourceId
from validators.units.fields import at, text, values_at
from validators.words import listed


def of_update(
    resource: ResourceId, before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Action, tuple[str, ...]]:
    """Whether an update can be one, and what there is to be said about it."""
    fields = list(dict.fromkeys(refused(resource, before, after)))
    is_made_anew = not text(after, "metadata", "name")  # `generateName`: each apply creates another object
    if not fields or is_made_anew:
        return Action.UPDATE, ()
    names = listed([f"`{field}`" for field in fields])
    if is_forced(after):
        return Action.REPLACE, (f"It is deleted and created anew, as its annotations ask, because {names} can't change.",)
    how = "Give it a new name, or delete and recreate it on purpose."
    return Action.REPLACE, (f"The update will be refused: {names} can't change after creation. {how}",)


def of_delete(resource: ResourceId, value: Mapping[str, object]) -> tuple[str, ...]:
    """What goes when the resource is deleted."""
    if _stays(value):
        return ("Its annotations ask to keep it: it stays in the cluster, and nothing takes care of it any more.",)
    match resource.api_version.rpartition("/")[0], resource.kind:
        case "", "PersistentVolumeClaim":
            size = text(value, "spec", "resources", "requests", "storage")
            what = f"its {size}" if size else "its data"
            return (f"It is deleted with {what}, unless the volume's reclaim policy is Retain.",)
        case "", "Namespace":
            return (f"All that is in namespace {resource.name} is deleted with it, known to this repository or not.",)
        case "apiextensions.k8s.io", "CustomResourceDefinition":
            kind = text(value, "spec", "names", "kind")
            return (f"Every {kind or 'custom resource'} of the cluster is deleted with it, known to this repository or not.",)
        case "apps", "StatefulSet":
            return (_of_stateful_set(resource, value),)
    return ()


def _of_stateful_set(resource: ResourceId, value: Mapping[str, object]) -> str:
    claims = [text(claim, "metadata", "name") for _, claim in values_at(value, "spec.volumeClaimTemplates.[]")]
    if not claims:
        return "Its pods are deleted with it."
    names = listed([f"`{claim}-{resource.name}-…`" for claim in claims])
    if at(value, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete":
        return f"Its pods are deleted with it, and their claims {names} with the data in them."
    return f"Its pods are deleted with it; their claims {names} and the data in them stay behind."


def _stays(value: Mapping[str, object]) -> bool:
    """Whether the object asks not to be pruned."""
    annotations = at(value, "metadata", "annotations")
    if not isinstance(annotations, Mapping):
        return False
    options = str(annotations.get("argocd.argoproj.io/sync-options", "")).replace(" ", "").split(",")
    disabled = str(annotations.get("kustomize.toolkit.fluxcd.io/prune", "")).lower() in {"disabled", "false"}
    return disabled or "Prune=false" in options or annotations.get("helm.sh/resource-policy") == "keep"
