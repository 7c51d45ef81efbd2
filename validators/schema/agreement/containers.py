"""What must agree within a container: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go."""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.dry_run.quantities import amount
from validators.schema.agreement.fields import BOUNDS, EXCLUSIVE, NEEDED, given, items, mapping, repeated
from validators.schema.model import Violation
from validators.schema.wording import alternatives, dotted

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")


def of_container(at: Path, value: dict[str, Value]) -> Iterator[Violation]:
    """The container that stands at `at`."""
    ports = items(value, ("ports",))
    yield from repeated((((*at, *path, "name"), port.get("name")) for path, port in ports), "ports of a container")
    mounts = items(value, ("volumeMounts",))
    yield from repeated(
        (((*at, *path, "mountPath"), mount.get("mountPath")) for path, mount in mounts), "mounts of a container"
    )
    yield from _resources(at, value)
    for path, variable in items(value, ("env",)):
        if variable.get("value") not in (None, "") and variable.get("valueFrom") is not None:
            message = f"`{dotted((*at, *path))}` has both `value` and `valueFrom`; a variable has one of them"
            yield Violation(EXCLUSIVE, (*at, *path), "a variable with two values", message, missing=True)
    for probe in _PROBES:
        yield from _handler(at, value, (probe,))
    for hook in _HOOKS:
        yield from _handler(at, value, ("lifecycle", hook))
    yield from _privileges(at, mapping(value, ("securityContext",)))


def _resources(at: Path, value: dict[str, Value]) -> Iterator[Violation]:
    limits = mapping(value, ("resources", "limits"))
    for name, request in mapping(value, ("resources", "requests")).items():
        asked, allowed = amount(request), amount(limits.get(name))
        if asked is not None and allowed is not None and asked > allowed:
            path: Path = (*at, "resources", "requests", name)
            message = f"`{dotted(path)}` is `{request}`, and the limit is `{limits[name]}`: no request may be above its limit"
            yield Violation(BOUNDS, path, "a request above its limit", message)


def _handler(at: Path, value: dict[str, Value], path: Path) -> Iterator[Violation]:
    action = mapping(value, path)
    handlers = given(action, _HANDLERS)
    if not action or len(handlers) == 1:
        return
    where = dotted((*at, *path))
    if not handlers:
        message = f"`{where}` needs something to do: {alternatives(_HANDLERS[:4])}"
        yield Violation(NEEDED, (*at, *path), "no handler", message, missing=True)
    else:
        message = f"`{where}` has {alternatives(handlers).replace(' or ', ' and ')}, and may have one of them"
        yield Violation(EXCLUSIVE, (*at, *path), "two handlers", message, missing=True)


def _privileges(at: Path, context: dict[str, Value]) -> Iterator[Violation]:
    if context.get("privileged") is True and context.get("allowPrivilegeEscalation") is False:
        path: Path = (*at, "securityContext", "allowPrivilegeEscalation")
        message = f"`{dotted(path)}` can't be false in a container that is `privileged`"
        yield Violation(EXCLUSIVE, path, "privileged, and no escalation", message)
