"""Quantities of Kubernetes: `1`, `1000m` and `1e0` are the same amount.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from decimal import Decimal, InvalidOperation

_FORM = re.compile(r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))([KMGTPE]i|[numkMGTPE]?|[eE][+-]?[0-9]{1,3})")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}

_FIELDS = frozenset({"sizeLimit", "storage", "divisor", "averageValue"})
_MAPS = frozenset({"limits", "requests", "hard", "capacity", "allocatable", "default", "defaultRequest", "podFixed"})


def is_quantity(field: str, parent: str) -> bool:
    """Whether the field of this name, in a mapping that stands in the field `parent`, holds a quantity."""
    return field in _FIELDS or parent in _MAPS


def amount(value: object) -> Decimal | None:
    """How much `value` is; None when it is no quantity."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = _FORM.fullmatch(str(value))
    if found is None:
        return None
    number, suffix = found.groups()
    try:
        if suffix in _BINARY:
            return Decimal(number) * Decimal(1024 ** _BINARY[suffix])
        return Decimal(number).scaleb(_DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:]))
    except InvalidOperation:
        return None
