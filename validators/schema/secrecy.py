"""Which values a message may not show: those that people keep secret, or forget to."""

import re

from validators.documents import Path

_SECRETIVE = re.compile(
    r"passw|passphrase|secret|token|credential|api_?key|private_?key|connection_?string|\bdsn\b", re.IGNORECASE
)
_DATA = ("data", "stringData", "binaryData")
_FREE_TEXT = ("value", "args", "command")


def is_hidden(kind: str, path: Path) -> bool:
    """Whether the value at `path` of an object of this kind is named by its type only.

    All data of Secrets and ConfigMaps is, what is handed to a program is, and whatever is called like a secret.
    """
    names = [segment for segment in path if isinstance(segment, str)]
    if kind in {"Secret", "ConfigMap"} and names[:1] and names[0] in _DATA:
        return True
    return any(name in _FREE_TEXT for name in names) or any(_SECRETIVE.search(name) for name in names)
