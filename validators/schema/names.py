"""Is the object named, and as the API server wants it?

Syntax: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from validators.documents import Value
from validators.model import ResourceId
from validators.schema.model import Violation

MISSING = "schema/missing-name"
MALFORMED = "schema/name"


@dataclass(frozen=True, slots=True)
class Syntax:
    """What a name may look like; `words` complete "should be"."""

    pattern: re.Pattern[str]
    longest: int
    words: str


_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = Syntax(re.compile(rf"{_LABEL}(?:\.{_LABEL})*"), 253, "at most 253 of a-z, 0-9, `-` and `.`")
LABEL = Syntax(re.compile(_LABEL), 63, "at most 63 of a-z, 0-9 and `-`")
SERVICE = Syntax(re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?"), 63, "at most 63 of a-z, 0-9 and `-`, beginning with a letter")
CRON_JOB = Syntax(re.compile(rf"{_LABEL}(?:\.{_LABEL})*"), 52, "at most 52 of a-z, 0-9, `-` and `.`, since its Jobs add 11")
ANY = Syntax(re.compile(r"(?!\.{1,2}$)[^/%]+"), 253, "without `/` and `%`")

BY_KIND: dict[tuple[str, str], Syntax] = {
    ("", "Namespace"): LABEL,
    ("", "Service"): SERVICE,
    ("batch", "CronJob"): CRON_JOB,
    **{("rbac.authorization.k8s.io", kind): ANY for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")},
}
_UNNAMED_GROUPS = frozenset({"authentication.k8s.io", "authorization.k8s.io"})


def name_violations(named: ResourceId, value: dict[str, Value]) -> Iterator[Violation]:
    """What is wrong with the object's name and namespace. Of a wrong type nothing is said: the schema says it."""
    metadata = value.get("metadata", {})
    if not isinstance(metadata, dict):
        return
    group = named.api_version.rpartition("/")[0]
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if not name and not prefix and group not in _UNNAMED_GROUPS:
        path = ("metadata",) if "metadata" in value else ()
        message = f"`metadata.name` is missing; the API server refuses a {named.kind} without a name"
        yield Violation(MISSING, path, "missing name", message, missing=True)
    syntax = BY_KIND.get((group, named.kind), SUBDOMAIN)
    if isinstance(name, str) and name and not _fits(name, syntax):
        yield _malformed("name", name, syntax)
    namespace = metadata.get("namespace")
    if isinstance(namespace, str) and namespace and not _fits(namespace, LABEL):
        yield _malformed("namespace", namespace, LABEL)


def _fits(name: str, syntax: Syntax) -> bool:
    return len(name) <= syntax.longest and syntax.pattern.fullmatch(name) is not None


def _malformed(field: str, name: str, syntax: Syntax) -> Violation:
    ends = "" if syntax is ANY else ", with a letter or digit at both ends"
    message = f"`metadata.{field}` should be {syntax.words}{ends}, found `{name[:80]}`"
    return Violation(MALFORMED, ("metadata", field), f"malformed {field}", message)
