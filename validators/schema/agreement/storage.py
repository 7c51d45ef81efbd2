"""What a claim must ask for: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims."""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.schema.agreement.fields import mapping, needed
from validators.schema.model import Violation

_REQUESTS: Path = ("resources", "requests")


def of_claim(value: dict[str, Value]) -> Iterator[Violation]:
    """A PersistentVolumeClaim."""
    spec = mapping(value, ("spec",))
    if spec and not spec.get("accessModes"):
        yield needed(("spec",), "accessModes", "a claim says how its volume is used, such as `[ReadWriteOnce]`")
    if spec and mapping(spec, _REQUESTS).get("storage") is None:
        there = next(path for path in (_REQUESTS, _REQUESTS[:1], ()) if not path or mapping(spec, path))
        yield needed(("spec", *there), str((*_REQUESTS, "storage")[len(there)]), "a claim says how much it asks for")
