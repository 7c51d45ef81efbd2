"""Values of Secrets are never shown: a keyed fingerprint stands for each, good for one thing only, to see that it changed."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

_SHOWN = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Masked:
    """Stands for a secret value: equal for equal values of one field of one object, under one key."""

    digest: str

    def text(self, other: "Masked | None" = None) -> str:
        """Its first four digits; eight where `other` begins with the same four."""
        alike = other is not None and other.digest[:_DIGITS] == self.digest[:_DIGITS]
        return self.digest[: 2 * _DIGITS if alike else _DIGITS]


class Masks:
    """Makes fingerprints under `key`, which whoever reads them must not have."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def secret(self, value: Mapping[str, object], owner: str) -> dict[str, object]:
        """The Secret `value` with fingerprints for whatever it may hold in confidence; `owner` names the object.

        `data` and `stringData` come to the same `data`, as in the cluster, so that moving a value is no change.
        """
        shown = {key: part for key, part in value.items() if key in _SHOWN}
        hidden = {
            key: self._mask(part, f"{owner}/{key}") for key, part in value.items() if key not in {*_SHOWN, "data", "stringData"}
        }
        data = self._data(value, owner)
        return {**_without_last_applied(shown), **hidden, **({"data": data} if data else {})}

    def _data(self, value: Mapping[str, object], owner: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for field in ("data", "stringData"):
            part = value.get(field)
            if isinstance(part, Mapping):
                decoded = ((key, _decoded(each) if field == "data" else each) for key, each in part.items())
                found |= {key: self._mask(each, f"{owner}/data/{key}") for key, each in decoded}
            elif part is not None:
                found[f"({field})"] = self._mask(part, f"{owner}/{field}")
        return found

    def _mask(self, value: object, owner: str) -> Masked:
        raw = (
            value
            if isinstance(value, bytes)
            else value.encode("utf-8", "surrogatepass")
            if isinstance(value, str)
            else _plain(value)
        )
        text = owner.encode("utf-8", "surrogatepass") + b"\0" + raw
        return Masked(hmac.new(self._key, text, hashlib.sha256).hexdigest())


def _plain(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _decoded(value: object) -> object:
    """What a value of `data` is encoded from; the value itself when it is no base64."""
    try:
        return base64.b64decode("".join(value.split()), validate=True) if isinstance(value, str) else value
    except (binascii.Error, ValueError):
        return value


def _without_last_applied(shown: dict[str, object]) -> dict[str, object]:
    """kubectl keeps a copy of the whole object, values included, in an annotation."""
    metadata = shown.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if not isinstance(metadata, Mapping) or not isinstance(annotations, Mapping) or _LAST_APPLIED not in annotations:
        return shown
    kept = {key: text for key, text in annotations.items() if key != _LAST_APPLIED}
    return {**shown, "metadata": {**metadata, "annotations": kept}}
