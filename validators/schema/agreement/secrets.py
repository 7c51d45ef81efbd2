"""What a Secret must hold by its type: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types."""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.schema.agreement.fields import mapping, needed
from validators.schema.model import Violation

_KEYS = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_BASIC = "kubernetes.io/basic-auth"
_BASIC_KEYS = ("username", "password")
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type
_ANNOTATIONS: Path = ("metadata", "annotations")
_ACCOUNT = "kubernetes.io/service-account.name"


def of_secret(value: dict[str, Value]) -> Iterator[Violation]:
    """A Secret; plain text under `stringData` becomes data."""
    kind = str(value.get("type"))
    keys = {*mapping(value, ("data",)), *mapping(value, ("stringData",))}
    holder = "data" if "stringData" not in value else "stringData"
    path = (holder,) if isinstance(value.get(holder), dict) else ()
    for key in _KEYS.get(kind, ()):
        if key not in keys:
            yield needed(path, key, f"a Secret of type `{kind}` has it")
    if kind == _BASIC and keys.isdisjoint(_BASIC_KEYS):
        yield needed(path, "username", f"a Secret of type `{kind}` has it, or `password`")
    if kind == _TOKEN and not mapping(value, _ANNOTATIONS).get(_ACCOUNT):
        yield needed(("metadata",), "annotations", f"a Secret of type `{kind}` names its account in `{_ACCOUNT}`")
