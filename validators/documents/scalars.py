"""Scalars as Kubernetes tools read them.

They all decode YAML with goyaml.v2 (through sigs.k8s.io/yaml), whose rules are neither YAML 1.1 nor 1.2: `y` is true, `0o17`
and `017` are 15, `1e3` is a number, `1:30` and dates are texts. Source: https://github.com/go-yaml/yaml/blob/v2/resolve.go
"""

import base64
import binascii
import math
import re
import struct
from datetime import datetime
from functools import lru_cache

from validators.words import shortened

STANDARD_TAG = "tag:yaml.org,2002:"

Plain = bool | int | float | str | None

WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|(0[0-7]*)|([1-9][0-9]{0,19}))")
_BASES = (16, 2, 8, 8, 10)
_NUMBER_WITHOUT_DIGITS = re.compile(r"[-+]?0[xb]_+")
_LONG_NUMBER = re.compile(r"[-+]?[1-9][0-9_]{4000,}")
"""Python reads no integer of more than 4,300 digits, https://docs.python.org/3/library/stdtypes.html#int-max-str-digits."""
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.\d*)?(?:[ \t]*(?:Z|[-+](\d\d?)(?::?(\d\d))?))?)?"
)
_LONGEST_SHOWN = 60
_TYPES = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}
_WITHOUT_EXPONENT = range(-4, 6)  # powers of ten that strconv.FormatFloat(f, 'g', -1, 32) writes out


class BadScalar(ValueError):
    """A scalar that its tag does not allow. The text says why."""


def plain(text: str) -> Plain:
    """The value of an unquoted, untagged scalar."""
    if text in WORDS:
        return WORDS[text]
    return _number(text) if text[0] in "+-.0123456789" else text


def tagged(tag: str, text: str) -> Plain:
    """The value of a scalar with an explicit tag. Tags that YAML does not define leave a text. Raises BadScalar."""
    want = tag.removeprefix(STANDARD_TAG)
    if want == "binary":
        return _binary(text)
    if want not in {"bool", "int", "float", "null", "timestamp"}:
        return text
    value = plain(text)
    if _TYPES[type(value)] == want:
        return value
    if want == "float" and isinstance(value, int):
        return float(value)
    if want == "timestamp" and _TIMESTAMP.fullmatch(text) and not _never_was(text):
        return text
    raise BadScalar(f"`{_shown(text)}` is not what its tag !!{want} asks for")


def key_text(value: Plain) -> str:
    """The field name that a key of this value is in JSON. Raises BadScalar where Kubernetes tools take no such key."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int) and value < 2**63:
        return str(value)
    if isinstance(value, float):
        return _go_float(value)
    raise BadScalar("a key can't be null" if value is None else f"the number {value} is too large for a key")


def oddity(text: str) -> str | None:
    """Why other readers of YAML stop at this unquoted scalar, which is a text to Kubernetes tools; None where they don't."""
    if _NUMBER_WITHOUT_DIGITS.fullmatch(text):
        return f"`{_shown(text)}` begins like a number and has no digits"
    if _LONG_NUMBER.fullmatch(text):
        return f"`{_shown(text)}` is a number of {len(text):,} digits"
    return _never_was(text)


def _never_was(text: str) -> str | None:
    """Why there is no such date and time; None where there is, and where the text is not written as one."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, off_hours, off_minutes = (int(part) if part else 0 for part in found.groups())
    try:
        datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - only asked whether it exists
    except ValueError:
        return f"`{_shown(text)}` is written as a date and time that does not exist"
    outside = off_hours >= 24 or off_minutes >= 60  # noqa: PLR2004 - a day's hours, an hour's minutes
    return f"`{_shown(text)}` has a time zone that does not exist" if outside else None


def _shown(text: str) -> str:
    return shortened(text, _LONGEST_SHOWN)


@lru_cache(maxsize=8192)
def _number(text: str) -> Plain:
    """The number that the text is, or the text. Integers beyond 64 bits become floats; what no float holds stays a text."""
    if text[0] == ".":
        return float(text) if _FLOAT.fullmatch(text) else text
    digits = text.replace("_", "")
    number = _integer(digits)
    if number is not None:
        return number
    if _FLOAT.fullmatch(digits) and not math.isinf(value := float(digits)):
        return value
    return text


def _integer(text: str) -> int | None:
    found = _INTEGER.fullmatch(text)
    if found is None:
        return None
    sign, *forms = found.groups()
    base, digits = next((base, digits) for base, digits in zip(_BASES, forms, strict=True) if digits is not None)
    number = int(digits, base) * (-1 if sign == "-" else 1)
    fits = -(2**63) <= number < 2**63 or (not sign and number < 2**64)
    return number if fits else None


def _binary(text: str) -> str:
    try:
        data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        raise BadScalar("the value after !!binary is no base64") from None
    return data.decode("utf-8", "replace")


def _go_float(value: float) -> str:
    """A float as Go prints it in 32 bits, which is what it does with keys."""
    if math.isnan(value):
        return ".nan"
    single = _single(value)
    if math.isinf(single):
        return ".inf" if value > 0 else "-.inf"
    shortest = next((text for digits in range(9) if _single(float(text := f"{single:.{digits}e}")) == single), f"{single:.8e}")
    mantissa, exponent = shortest.split("e")
    power = int(exponent)
    if power in _WITHOUT_EXPONENT:
        digits = len(mantissa.lstrip("-").replace(".", ""))
        return f"{single:.{max(0, digits - 1 - power)}f}"
    return f"{mantissa}e{power:+03d}"


def _single(value: float) -> float:
    """The value in 32 bits; infinite where it does not fit."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)
