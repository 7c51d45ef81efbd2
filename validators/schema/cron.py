"""Reads the schedule of a CronJob as Kubernetes does, which hands it to robfig/cron: five fields, or a word such as `@daily`.

The rules are those of its code, which is milder than its documentation: empty parts between commas count for nothing, and
what follows the star of `*-5` is not looked at. A zone before the fields is not looked up.
Source: https://github.com/robfig/cron/blob/v3.0.1/parser.go
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_FIELD = re.compile(f"[^{_SPACE}]+")
_NUMBER = re.compile(r"([+-]?)0*([0-9]{0,18})", re.ASCII)
_WORDS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_EVERY = "@every "
_NANOSECONDS = {"ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9}
_PERIOD = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_PERIODS = re.compile(rf"[+-]?(?:0|(?:{_PERIOD.pattern})+)")
_LONGEST_PERIOD = 2**63
_ZONES = ("TZ=", "CRON_TZ=")


class Unreadable(ValueError):
    """A schedule that cron can't read. The text says why."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields: the values it may have, and names for some of them."""

    name: str
    lowest: int
    highest: int
    names: Mapping[str, int] = field(default_factory=dict)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Field("weekday", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)


def names_zone(schedule: str) -> bool:
    """Whether a time zone stands in the schedule, as the API server tells."""
    return "TZ" in schedule


def read(schedule: str) -> None:
    """Read the schedule. Raises Unreadable."""
    if schedule.startswith(_ZONES):
        zone, space, schedule = schedule.partition(" ")
        if not space:
            raise Unreadable(f"nothing follows `{zone}`")
        schedule = schedule.strip()
    if schedule.startswith("@"):
        _read_word(schedule)
        return
    fields = _FIELD.findall(schedule)
    if len(fields) != len(FIELDS):
        raise Unreadable(
            f"it has {len(fields)} of the five fields" if len(fields) < len(FIELDS) else f"it has {len(fields)} fields"
        )
    for kind, text in zip(FIELDS, fields, strict=True):
        for part in filter(None, text.split(",")):
            _read_part(part, kind)


def _read_word(word: str) -> None:
    if word.startswith(_EVERY):
        period = word.removeprefix(_EVERY)
        total = sum(float(number) * _NANOSECONDS[unit] for number, unit in _PERIOD.findall(period))
        if not _PERIODS.fullmatch(period) or total >= _LONGEST_PERIOD:
            raise Unreadable(f"`{period}` is no period such as `1h30m`")
    elif word not in _WORDS:
        raise Unreadable(f"`{word}` is none of the words that cron knows")


def _read_part(part: str, kind: _Field) -> None:
    """Read a value, a range or a star, each with or without a step."""
    values, *steps = part.split("/")
    first, *last = values.split("-")
    if first in {"*", "?"}:
        low, high = kind.lowest, kind.highest
    else:
        if len(last) > 1:
            raise Unreadable(f"`{part}` has too many hyphens")
        low = _value(first, kind)
        high = _value(last[0], kind) if last else kind.highest if steps else low
    if len(steps) > 1:
        raise Unreadable(f"`{part}` has too many slashes")
    if steps and _number(steps[0], "a step") == 0:
        raise Unreadable(f"the step of `{part}` is zero")
    if low < kind.lowest or high > kind.highest:
        bounds = f"goes from {kind.lowest} to {kind.highest}"
        raise Unreadable(f"the {kind.name} {bounds}, and not to {high}" if high > kind.highest else f"the {kind.name} {bounds}")
    if low > high:
        raise Unreadable(f"`{part}` ends before it begins")


def _value(text: str, kind: _Field) -> int:
    named = kind.names.get(text.lower())
    return _number(text, f"a {kind.name}") if named is None else named


def _number(text: str, what: str) -> int:
    """A number as Go reads it, of at most 18 digits: one that is larger is out of bounds here, whatever it counts."""
    found = _NUMBER.fullmatch(text)
    if found is None or not text[-1:].isdigit() or (found[1] == "-" and found[2]):
        raise Unreadable(f"`{text}` is not {what}")
    return int(found[2] or "0")
