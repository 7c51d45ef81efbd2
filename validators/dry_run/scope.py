"""Which kinds live outside of namespaces: a target namespace means nothing to their objects."""

from validators.model import ResourceId

_CORE = frozenset({"Namespace", "Node", "PersistentVolume", "ComponentStatus"})
_CLUSTER_SCOPED = frozenset(
    {
        ("admissionregistration.k8s.io", "*"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("certificates.k8s.io", "*"),
        ("cert-manager.io", "ClusterIssuer"),
        ("external-secrets.io", "ClusterExternalSecret"),
        ("external-secrets.io", "ClusterSecretStore"),
        ("flowcontrol.apiserver.k8s.io", "*"),
        ("gateway.networking.k8s.io", "GatewayClass"),
        ("karpenter.sh", "*"),
        ("kyverno.io", "ClusterPolicy"),
        ("kyverno.io", "ClusterCleanupPolicy"),
        ("networking.k8s.io", "IngressClass"),
        ("node.k8s.io", "RuntimeClass"),
        ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
        ("snapshot.storage.k8s.io", "VolumeSnapshotContent"),
        ("storage.k8s.io", "CSIDriver"),
        ("storage.k8s.io", "CSINode"),
        ("storage.k8s.io", "StorageClass"),
        ("storage.k8s.io", "VolumeAttachment"),
    }
)


def group(resource: ResourceId) -> str:
    """The API group; "" for the core group."""
    return resource.api_version.rpartition("/")[0]


def is_cluster_scoped(resource: ResourceId) -> bool:
    """Whether objects of this kind have no namespace. Of kinds that nobody here knows it is not assumed."""
    if group(resource) == "":
        return resource.kind in _CORE
    return not _CLUSTER_SCOPED.isdisjoint({(group(resource), resource.kind), (group(resource), "*")})
