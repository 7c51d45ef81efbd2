"""How many pods there may be: bounds that must agree."""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.schema.agreement.fields import BOUNDS, EXCLUSIVE, given, mapping
from validators.schema.model import Violation

_STRATEGY: Path = ("spec", "strategy")
_NONE = (0, "0", "0%")


def of_deployment(value: dict[str, Value]) -> Iterator[Violation]:
    """https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy."""
    strategy = mapping(value, _STRATEGY)
    rolling = mapping(strategy, ("rollingUpdate",))
    if strategy.get("type") == "Recreate" and rolling:
        message = "`spec.strategy.rollingUpdate` may not be there with the type `Recreate`"
        yield Violation(EXCLUSIVE, (*_STRATEGY, "rollingUpdate"), "Recreate, and a rolling update", message, missing=True)
    if rolling.get("maxSurge") in _NONE and rolling.get("maxUnavailable") in _NONE and "maxSurge" in rolling:
        message = "`maxSurge` and `maxUnavailable` can't both be 0: no pod could ever be replaced"
        yield Violation(BOUNDS, (*_STRATEGY, "rollingUpdate"), "a rollout that can't move", message, missing=True)


def of_autoscaler(value: dict[str, Value]) -> Iterator[Violation]:
    """https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/."""
    spec = mapping(value, ("spec",))
    lowest, highest = spec.get("minReplicas", 1), spec.get("maxReplicas")
    if isinstance(lowest, int) and isinstance(highest, int) and 0 < highest < lowest:
        message = f"`spec.maxReplicas` is {highest}, below `spec.minReplicas`, which is {lowest}"
        yield Violation(BOUNDS, ("spec", "maxReplicas"), "fewer replicas at most than at least", message)


def of_disruption_budget(value: dict[str, Value]) -> Iterator[Violation]:
    """https://kubernetes.io/docs/tasks/run-application/configure-pdb/."""
    if len(given(mapping(value, ("spec",)), ("minAvailable", "maxUnavailable"))) > 1:
        message = "`spec` has both `minAvailable` and `maxUnavailable`; a budget has one of them"
        yield Violation(EXCLUSIVE, ("spec", "maxUnavailable"), "two bounds of one budget", message)
