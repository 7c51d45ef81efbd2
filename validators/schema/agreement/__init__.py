"""Fields of one object that must agree with each other: the API server looks at them together, no schema can.

CHECKS is the table: a check takes the object as it was written and yields what does not fit. Each is about kinds of its own.
Source: the validation of each type in https://github.com/kubernetes/kubernetes/tree/master/pkg/apis
"""

from collections.abc import Callable, Iterator, Mapping

from validators.documents import Value
from validators.model import ResourceId
from validators.schema.agreement import network, pods, scaling, secrets, selectors, storage
from validators.schema.core import group
from validators.schema.model import Violation

Check = Callable[[dict[str, Value]], Iterator[Violation]]

_WORKLOADS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")

CHECKS: Mapping[tuple[str, str], tuple[Check, ...]] = {
    ("", "Pod"): (pods.of_pod,),
    ("", "ReplicationController"): (pods.of_workload,),
    **{("apps", kind): (pods.of_workload, selectors.of_workload) for kind in _WORKLOADS},
    ("apps", "Deployment"): (pods.of_workload, selectors.of_workload, scaling.of_deployment),
    ("batch", "Job"): (pods.of_workload,),
    ("batch", "CronJob"): (pods.of_cron_job,),
    ("", "Service"): (network.of_service,),
    ("networking.k8s.io", "NetworkPolicy"): (network.of_network_policy,),
    ("autoscaling", "HorizontalPodAutoscaler"): (scaling.of_autoscaler,),
    ("policy", "PodDisruptionBudget"): (scaling.of_disruption_budget,),
    ("", "Secret"): (secrets.of_secret,),
    ("", "PersistentVolumeClaim"): (storage.of_claim,),
}
"""The checks for each kind, by group and name."""


def disagreements(named: ResourceId, value: dict[str, Value]) -> Iterator[Violation]:
    """What does not fit together in the object. Of a wrong type nothing is said: the schema says it."""
    for check in CHECKS.get((group(named.api_version), named.kind), ()):
        yield from check(value)
