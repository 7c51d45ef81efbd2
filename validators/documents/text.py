"""Bytes to text: what is no UTF-8, what no YAML may hold, and characters that make a text look like what it is not."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from validators.documents import limits
from validators.documents.refused import ENCODING, INVISIBLE, Refused, Trouble, beyond
from validators.model import Severity

BYTE_ORDER_MARK = "\ufeff"

_OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
# https://yaml.org/spec/1.1/#c-printable
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# https://trojansource.codes: what reorders the text around it, and what takes no room. Joiners between letters that
# are not Latin, and in emoji, are ordinary writing; so are variation selectors, but not behind letters that are.
_REORDERING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(
    f"[{_REORDERING}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<=[A-Za-z./:_-])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_REORDERS = re.compile(f"[{_REORDERING}]")
_LINE_FEED = re.compile("\n")


def decoded(data: bytes) -> str:
    """The text, without a byte order mark at its begin. Raises Refused."""
    if len(data) > limits.FILE_BYTES:
        raise beyond(f"{limits.FILE_BYTES // 2**20} MiB a file", 1, 1)
    encoding = next((name for mark, name in _OTHER_ENCODINGS.items() if data.startswith(mark)), None)
    if encoding:
        message = f"the file is {encoding}; not every tool reads that, so save it as UTF-8"
        raise Refused(Trouble(ENCODING, 1, 1, message, encoding, title=f"{encoding} instead of UTF-8"))
    try:
        text = data.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = place(before.decode("utf-8"), len(before))
        message = f"the byte 0x{data[error.start]:02x} here is not UTF-8; save the file as UTF-8"
        raise Refused(Trouble(ENCODING, line, column, message, "not UTF-8", title="not UTF-8")) from None
    found = _NOT_PRINTABLE.search(text)
    if found:
        line, column = place(text, found.start())
        name = "a NUL byte" if found[0] == "\0" else f"the control character {_name(found[0])}"
        raise Refused(
            Trouble(ENCODING, line, column, f"{name} may not stand in YAML; remove it", name, title=f"{name} in the text")
        )
    return text


def invisible_characters(text: str) -> Iterator[Trouble]:
    """A trouble for each line with characters that reorder what people see, or that they can't see; the worst one is named."""
    if text.isascii():
        return
    line, start = 1, 0
    while found := _INVISIBLE.search(text, start):
        line += text.count("\n", start, found.start())
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        reordering = _REORDERS.search(text, found.start(), end)
        yield _reordered(reordering, line, start) if reordering else _unseen(found, line, start)
        line, start = line + 1, end + 1


def _reordered(found: re.Match[str], line: int, start: int) -> Trouble:
    name = _name(found[0])
    message = f"the bidirectional control character {name} makes this line look different from what it is; remove it"
    title = f"bidirectional control character {name}"
    return Trouble(INVISIBLE, line, found.start() - start + 1, message, name, title=title)


def _unseen(found: re.Match[str], line: int, start: int) -> Trouble:
    name = _name(found[0])
    message = f"the invisible character {name} stands here; remove it, or write it as an escape in double quotes"
    column = found.start() - start + 1
    return Trouble(INVISIBLE, line, column, message, name, f"invisible character {name}", Severity.WARNING)


class Lines:
    """Where the lines of a text begin, for whoever asks for many places in it."""

    def __init__(self, text: str) -> None:
        self._begins = [0, *(found.end() for found in _LINE_FEED.finditer(text))]

    def place(self, index: int) -> tuple[int, int]:
        """As the function `place`."""
        line = bisect_right(self._begins, index)
        return line, index - self._begins[line - 1] + 1


def place(text: str, index: int) -> tuple[int, int]:
    """Line and column of the character at `index`, counted as git and editors do: a line ends at a line feed."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, start) + 1, index - start + 1


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"
