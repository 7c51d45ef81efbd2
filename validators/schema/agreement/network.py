"""What must agree in a Service, and address ranges of a NetworkPolicy."""

import ipaddress
import re
from collections.abc import Iterator

from validators.documents import Path, Value
from validators.schema.agreement.fields import DUPLICATE, items, mapping, needed, repeated
from validators.schema.model import Violation
from validators.schema.wording import dotted, value_at

_SPEC: Path = ("spec",)
_LEADING_ZEROS = re.compile(r"\b0+(?=[0-9])")


def of_service(value: dict[str, Value]) -> Iterator[Violation]:
    """https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services."""
    spec = mapping(value, _SPEC)
    ports = list(items(value, (*_SPEC, "ports")))
    if spec.get("type") == "ExternalName":
        if not spec.get("externalName"):
            yield needed(_SPEC, "externalName", "a Service of type `ExternalName` has nothing else to lead to")
    elif spec and not spec.get("ports") and spec.get("clusterIP") != "None":
        yield needed(_SPEC, "ports", "only a headless Service may have none")
    if len(ports) > 1:
        for path, port in ports:
            if not port.get("name"):
                yield needed(path, "name", "each port of a Service with several needs one")
    yield from repeated((((*path, "name"), port.get("name")) for path, port in ports), "ports of a Service")
    yield from _twice(ports)


def _twice(ports: list[tuple[Path, dict[str, Value]]]) -> Iterator[Violation]:
    seen: set[tuple[Value, Value]] = set()
    for path, port in ports:
        number, protocol = port.get("port"), port.get("protocol") or "TCP"
        if not isinstance(number, int) or not isinstance(protocol, str):
            continue
        if (number, protocol) in seen:
            message = f"`{dotted((*path, 'port'))}` is {protocol} {number}, as another port of the Service is already"
            yield Violation(DUPLICATE, (*path, "port"), "a port twice", message)
        seen.add((number, protocol))


def of_network_policy(value: dict[str, Value]) -> Iterator[Violation]:
    """Address ranges: https://kubernetes.io/docs/concepts/services-networking/network-policies/."""
    for rules, peers in (("ingress", "from"), ("egress", "to")):
        for at, rule in items(value, (*_SPEC, rules)):
            for path, _ in items(rule, (peers,)):
                yield from _range(value, (*at, *path, "ipBlock", "cidr"))


def _range(value: Value, path: Path) -> Iterator[Violation]:
    text = value_at(value, path)
    if not isinstance(text, str):
        return
    try:
        ipaddress.ip_network(_LEADING_ZEROS.sub("", text), strict=False)
        trouble = "" if "/" in text else "it has no `/` and length"
    except ValueError as error:
        trouble = str(error)
    if trouble:
        message = f"`{dotted(path)}` should be an address range such as `10.0.0.0/16`, found `{text[:80]}`"
        yield Violation("schema/malformed-value", path, "no address range", message)
