"""What the API server refuses of a CRD: its name, its versions, what can't change once it exists.

https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apis/apiextensions/validation/validation.go
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from validators.documents import Path, Value
from validators.model import ResourceId
from validators.schema.crd import Definition, definition
from validators.schema.former import Former
from validators.schema.model import Correction, Remedy, Violation
from validators.schema.structural import structural_violations
from validators.schema.wording import alternatives, value_at
from validators.words import counted

REFUSED = "schema/crd"
CHANGED = "schema/crd-change"

_API_VERSION = "apiextensions.k8s.io/v1"
_VERSIONS: Path = ("spec", "versions")


def crd_violations(named: ResourceId, value: dict[str, Value], former: Former) -> Iterator[Violation]:
    """What is wrong with a CRD, nothing for other kinds; `former` knows what it defined at the base."""
    if (named.api_version, named.kind) != (_API_VERSION, "CustomResourceDefinition"):
        return
    now = definition(value)
    if now is None:
        return
    yield from _name(named.name, value)
    yield from _versions(value_at(value, _VERSIONS))
    before = former.named(named.name)
    if before is not None:
        yield from _changes(now, before)


def _name(name: str, value: Mapping[str, Value]) -> Iterator[Violation]:
    plural, group = value_at(dict(value), ("spec", "names", "plural")), value_at(dict(value), ("spec", "group"))
    wanted = f"{plural}.{group}"
    if isinstance(plural, str) and isinstance(group, str) and name and name != wanted:
        message = f"`metadata.name` should be `{wanted}`, the plural and the group, found `{name[:80]}`"
        correction = Correction(Remedy.REPLACE, wanted)
        yield Violation(REFUSED, ("metadata", "name"), "name of another kind", message, correction=correction)


def _versions(versions: Value) -> Iterator[Violation]:
    listed = [each for each in versions if isinstance(each, dict)] if isinstance(versions, list) else []
    stored = sum(each.get("storage") is True for each in listed)
    if listed and stored != 1:
        message = f"one version should have `storage: true`, and {stored or 'none'} {'have' if stored > 1 else 'has'} it"
        yield Violation(REFUSED, _VERSIONS, "not one version is stored", message, detail="storage")
    names = Counter(str(each.get("name")) for each in listed)
    for name in (name for name, number in names.items() if number > 1):
        message = f"the version `{name}` is listed {counted(names[name], 'time')}"
        yield Violation(REFUSED, _VERSIONS, "a version that is listed twice", message, detail=name)
    for index, each in enumerate(versions if isinstance(versions, list) else ()):
        schema = value_at(each, ("schema", "openAPIV3Schema"))
        if isinstance(schema, dict):
            at: Path = (*_VERSIONS, index, "schema", "openAPIV3Schema")
            for path, title, what in structural_violations(schema):
                yield Violation(REFUSED, (*at, *path), title, what, detail=title)


def _changes(now: Definition, former: Definition) -> Iterator[Violation]:
    for field, path, new, old in (
        ("spec.scope", ("spec", "scope"), now.scope, former.scope),
        ("spec.names.kind", ("spec", "names", "kind"), now.kind, former.kind),
    ):
        if new != old:
            message = f"`{field}` can't change from `{old}` to `{new}`: the API server refuses it while the CRD exists"
            yield Violation(CHANGED, path, "a field that can't change", f"{message}; make a new CRD beside this one")
    lost = former.storage
    if lost is not None and lost not in now.versions:
        message = (
            f"`{lost}` is the version in which objects are stored so far, and the API server keeps a CRD from losing it. "
            f"Leave it in with `served: false`, let {alternatives(now.versions)} be stored, "
            "and take it out once all objects were written anew"
        )
        yield Violation(CHANGED, _VERSIONS, f"the stored version {lost} is gone", message, detail=lost)
