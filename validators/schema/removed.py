"""API versions that Kubernetes took away before the oldest release of the catalogue, and those it is about to take away.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removal:
    """`api_version` of these kinds is gone since the release `since`; `instead` has them (or what took their place).

    `alike`: the guide names no notable change, so that every field means there what it means here.
    """

    api_version: str
    kinds: tuple[str, ...]
    since: str
    instead: str = ""
    alike: bool = False


REMOVALS = (
    Removal("extensions/v1beta1", ("Deployment", "DaemonSet", "ReplicaSet"), "1.16", "apps/v1"),
    Removal("extensions/v1beta1", ("NetworkPolicy",), "1.16", "networking.k8s.io/v1", alike=True),
    Removal("extensions/v1beta1", ("PodSecurityPolicy",), "1.16"),
    Removal("extensions/v1beta1", ("Ingress",), "1.22", "networking.k8s.io/v1"),
    Removal("apps/v1beta1", ("Deployment", "StatefulSet"), "1.16", "apps/v1"),
    Removal("apps/v1beta2", ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"), "1.16", "apps/v1"),
    Removal(
        "admissionregistration.k8s.io/v1beta1",
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        "1.22",
        "admissionregistration.k8s.io/v1",
    ),
    Removal("apiextensions.k8s.io/v1beta1", ("CustomResourceDefinition",), "1.22", "apiextensions.k8s.io/v1"),
    Removal("apiregistration.k8s.io/v1beta1", ("APIService",), "1.22", "apiregistration.k8s.io/v1", alike=True),
    Removal("authentication.k8s.io/v1beta1", ("TokenReview",), "1.22", "authentication.k8s.io/v1", alike=True),
    Removal(
        "authorization.k8s.io/v1beta1",
        ("LocalSubjectAccessReview", "SelfSubjectAccessReview", "SubjectAccessReview", "SelfSubjectRulesReview"),
        "1.22",
        "authorization.k8s.io/v1",
    ),
    Removal("certificates.k8s.io/v1beta1", ("CertificateSigningRequest",), "1.22", "certificates.k8s.io/v1"),
    Removal("coordination.k8s.io/v1beta1", ("Lease",), "1.22", "coordination.k8s.io/v1", alike=True),
    Removal("networking.k8s.io/v1beta1", ("Ingress",), "1.22", "networking.k8s.io/v1"),
    Removal("networking.k8s.io/v1beta1", ("IngressClass",), "1.22", "networking.k8s.io/v1", alike=True),
    Removal(
        "rbac.authorization.k8s.io/v1beta1",
        ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
        "1.22",
        "rbac.authorization.k8s.io/v1",
        alike=True,
    ),
    Removal("scheduling.k8s.io/v1beta1", ("PriorityClass",), "1.22", "scheduling.k8s.io/v1", alike=True),
    Removal(
        "storage.k8s.io/v1beta1",
        ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"),
        "1.22",
        "storage.k8s.io/v1",
        alike=True,
    ),
    Removal("batch/v1beta1", ("CronJob",), "1.25", "batch/v1", alike=True),
    Removal("discovery.k8s.io/v1beta1", ("EndpointSlice",), "1.25", "discovery.k8s.io/v1"),
    Removal("events.k8s.io/v1beta1", ("Event",), "1.25", "events.k8s.io/v1"),
    Removal("autoscaling/v2beta1", ("HorizontalPodAutoscaler",), "1.25", "autoscaling/v2"),
    Removal("policy/v1beta1", ("PodDisruptionBudget",), "1.25", "policy/v1"),
    Removal("policy/v1beta1", ("PodSecurityPolicy",), "1.25"),
    Removal("node.k8s.io/v1beta1", ("RuntimeClass",), "1.25", "node.k8s.io/v1", alike=True),
    Removal("autoscaling/v2beta2", ("HorizontalPodAutoscaler",), "1.26", "autoscaling/v2", alike=True),
    Removal(
        "flowcontrol.apiserver.k8s.io/v1beta1",
        ("FlowSchema", "PriorityLevelConfiguration"),
        "1.26",
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    Removal("storage.k8s.io/v1beta1", ("CSIStorageCapacity",), "1.27", "storage.k8s.io/v1", alike=True),
    Removal(
        "flowcontrol.apiserver.k8s.io/v1beta2",
        ("FlowSchema", "PriorityLevelConfiguration"),
        "1.29",
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    Removal(
        "flowcontrol.apiserver.k8s.io/v1beta3",
        ("FlowSchema", "PriorityLevelConfiguration"),
        "1.32",
        "flowcontrol.apiserver.k8s.io/v1",
    ),
)


def removal(api_version: str, kind: str) -> Removal | None:
    """What Kubernetes says of the kind in this API version; None where it was never taken away."""
    lower = kind.lower()
    for each in REMOVALS:
        if each.api_version == api_version and lower in (name.lower() for name in each.kinds):
            return each
    return None
