"""Characters that show something else than they are, or nothing: controls, terminal escapes, direction marks, zero widths.

Written out they can neither hide a word nor turn a line around (https://trojansource.codes) nor steer a terminal.
"""

import unicodedata

_SHOWN_AS_THEY_ARE = frozenset("\n\t")
_HIDING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by category that show nothing
_FOUR_DIGITS = 0xFFFF
_MOST_KNOWN = 10_000


def visible(text: str) -> str:
    """`text` with control, escape, direction and zero-width characters written out, such as \\u202e; newlines and tabs stay."""
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_TABLE)


def visible_name(text: str) -> str:
    """The same for a path or another name, which stands on one line: newlines and tabs are written out too."""
    return visible(text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t"))


def _shows(char: str) -> bool:
    if char in _SHOWN_AS_THEY_ARE:
        return True
    return unicodedata.category(char) not in _HIDING and char not in _BLANK and not _varies(char)


def _varies(char: str) -> bool:
    """Variation selectors are marks by category, yet show nothing and can carry hidden text."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _written_out(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= _FOUR_DIGITS else f"\\U{ord(char):08x}"


class _Table(dict[int, str]):
    """What each character becomes, found out when it is met first. It doesn't grow beyond what people write."""

    def __missing__(self, number: int) -> str:
        char = chr(number)
        shown = char if _shows(char) else _written_out(char)
        if len(self) < _MOST_KNOWN:
            self[number] = shown
        return shown


_TABLE = _Table()
