"""Fields that the API server refuses to change once an object exists.

Only what is certain without a cluster stands here. Sources: the validation of each type in
https://github.com/kubernetes/kubernetes/tree/master/pkg/apis, `Validate...Update`.
"""

from collections.abc import Iterator, Mapping

from validators.dry_run.difference import differences
from validators.model import ResourceId

Fields = tuple[str, ...]

_FIELDS: dict[tuple[str, str], Fields] = {
    ("apps", "Deployment"): ("spec.selector",),
    ("apps", "DaemonSet"): ("spec.selector",),
    ("apps", "ReplicaSet"): ("spec.selector",),
    ("apps", "StatefulSet"): ("spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"),
    ("batch", "Job"): ("spec.template", "spec.selector", "spec.completionMode"),
    ("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
    ("", "Secret"): ("type",),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): ("spec.scope", "spec.names.kind"),
}
"""Fields that can neither be changed nor added nor taken away."""

_ONCE_SET: dict[tuple[str, str], Fields] = {
    ("", "Service"): ("spec.clusterIP",),
    ("", "PersistentVolumeClaim"): ("spec.storageClassName", "spec.accessModes", "spec.volumeMode", "spec.volumeName"),
}
"""Fields that the cluster may have filled in: only a change from one value to another is certain to be refused."""

_WHEN_IMMUTABLE: Fields = ("data", "binaryData")
_DEFAULTS = {
    "podManagementPolicy": "OrderedReady",
    "completionMode": "NonIndexed",
    "volumeMode": "Filesystem",
    "type": "Opaque",
    "serviceName": "",
}
_HOOKS = ("argocd.argoproj.io/hook", "helm.sh/hook")


def refused(resource: ResourceId, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    """The immutable fields of `resource` that differ between the two versions."""
    group = resource.api_version.rpartition("/")[0]
    if any(hook in _annotations(after) for hook in _HOOKS):
        return
    for field in _FIELDS.get((group, resource.kind), ()):
        if _differs(_at(before, field), _at(after, field), field):
            yield field
    for field in _ONCE_SET.get((group, resource.kind), ()):
        old, new = _at(before, field), _at(after, field)
        if old not in (None, "") and new not in (None, "") and _differs(old, new, field):
            yield field
    if group == "" and resource.kind in {"ConfigMap", "Secret"} and before.get("immutable") is True:
        yield from (field for field in _WHEN_IMMUTABLE if _differs(before.get(field), after.get(field), field))


def is_forced(value: Mapping[str, object]) -> bool:
    """Whether the object asks Argo CD or Flux to delete and recreate it where an update is refused."""
    annotations = _annotations(value)
    options = str(annotations.get("argocd.argoproj.io/sync-options", "")).replace(" ", "").split(",")
    flux = str(annotations.get("kustomize.toolkit.fluxcd.io/force", "")).lower() in {"enabled", "true"}
    return flux or "Force=true" in options


def _differs(before: object, after: object, field: str) -> bool:
    name = field.rpartition(".")[2]
    default = _DEFAULTS.get(name)
    old, new = (default if each is None else _plain_claims(each, name) for each in (before, after))
    return next(differences(old, new, field), None) is not None


def _plain_claims(value: object, field: str) -> object:
    """Claim templates without what the API server fills in by itself."""
    if field != "volumeClaimTemplates" or not isinstance(value, list):
        return value
    return [_plain_claim(claim) if isinstance(claim, Mapping) else claim for claim in value]


def _plain_claim(claim: Mapping[str, object]) -> dict[str, object]:
    kept = {key: part for key, part in claim.items() if key not in {"apiVersion", "kind", "status"}}
    spec = kept.get("spec")
    if isinstance(spec, Mapping):
        kept["spec"] = {"volumeMode": "Filesystem", **spec}
    return kept


def _at(value: Mapping[str, object], field: str) -> object:
    found: object = value
    for key in field.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _annotations(value: Mapping[str, object]) -> Mapping[str, object]:
    found = _at(value, "metadata.annotations")
    return found if isinstance(found, Mapping) else {}
