"""A certain correction as a suggestion that people accept with a click: the whole line, mended."""

import re

from validators.documents import Span
from validators.model import Suggestion
from validators.schema.model import Correction, Remedy

LONGEST_LINE = 1000
"""Characters of a line that is suggested anew: a longer one nobody reads, and it may have thousands of mistakes."""

_PLAIN = re.compile(r"[^\s#,{}\[\]'\"&*!|>%@`]+")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>[^"'\\]*)(?P=quote)""")


def suggestion(correction: Correction, lines: list[str], name: str, key: Span, value: Span) -> Suggestion | None:
    """The line with the correction in it; None where what stands there is not as simple as it should be.

    `lines` are those of the file, `name` is the field's; `key` and `value` are the places of the two.
    """
    if correction.remedy is Remedy.RENAME:
        return _replaced(lines, key, name, correction.text)
    if value.end_line != value.line:
        return None
    start = value.column - 1
    line = lines[value.line - 1]
    found = _PLAIN.match(line, start) or _QUOTED.match(line, start)
    if found is None:
        return None
    if correction.remedy is Remedy.QUOTE:
        return _replaced(lines, value, found[0], f'"{found[0]}"') if "text" not in found.groupdict() else None
    quote = found["quote"] if "quote" in found.groupdict() else ""
    return _replaced(lines, value, found[0], f"{quote}{correction.text}{quote}")


def _replaced(lines: list[str], place: Span, old: str, new: str) -> Suggestion | None:
    line = lines[place.line - 1].rstrip("\r")
    if len(line) > LONGEST_LINE:
        return None
    start = place.column - 1
    if line[start : start + 1] in {'"', "'"} and line[start + 1 : start + 1 + len(old)] == old:
        start += 1
    if line[start : start + len(old)] != old:
        return None
    return Suggestion(place.line, place.line, line[:start] + new + line[start + len(old) :])
