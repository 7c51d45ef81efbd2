"""Does a workload select the pods that it makes? https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector."""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.schema.agreement.fields import items, mapping
from validators.schema.model import Violation
from validators.schema.wording import value_at

RULE = "schema/selector"

_SELECTOR: Path = ("spec", "selector")
_TEMPLATE: Path = ("spec", "template")
_LABELS: Path = (*_TEMPLATE, "metadata", "labels")
_TITLE = "selector that does not match the pods"


def of_workload(value: dict[str, Value]) -> Iterator[Violation]:
    """What has a selector and a template."""
    selector, labels = mapping(value, _SELECTOR), mapping(value, _LABELS)
    if not mapping(value, _TEMPLATE):
        return
    if value_at(value, _SELECTOR) == {}:
        message = "`spec.selector` is empty, which would be all pods; the API server wants `matchLabels` of the template"
        yield Violation(RULE, _SELECTOR, "empty selector", message)
    for name, wanted in mapping(selector, ("matchLabels",)).items():
        if wanted is not None and labels.get(name) != wanted:
            found = f"is `{labels[name]}`" if name in labels else "is not there"
            message = f"`spec.selector` wants the label `{name}` to be `{wanted}`, and in `spec.template` it {found}"
            yield Violation(RULE, (*_SELECTOR, "matchLabels", name), _TITLE, message)
    for path, requirement in items(selector, ("matchExpressions",)):
        if not _met(requirement, labels):
            what = f"`{requirement.get('key')}` {requirement.get('operator')}"
            message = f"`spec.selector` wants {what}, which the labels in `spec.template` do not meet"
            yield Violation(RULE, (*_SELECTOR, *path), _TITLE, message, missing=True)


def _met(requirement: dict[str, Value], labels: dict[str, Value]) -> bool:
    """Whether labels meet one of `matchExpressions`; what is malformed counts as met, since the schema says so."""
    name, values = str(requirement.get("key")), requirement.get("values")
    listed = values if isinstance(values, list) else []
    match requirement.get("operator"):
        case "Exists":
            return name in labels
        case "DoesNotExist":
            return name not in labels
        case "In":
            return labels.get(name) in listed
        case "NotIn":
            return name not in labels or labels[name] not in listed
        case _:
            return True
