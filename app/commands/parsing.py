"""From the text of a comment to the commands in it.

A command is a line that starts with `/name`, in text that shows as text: not in a code block, a quote, an HTML comment or a
suggestion. Where that can't be told without a whole Markdown parser (after HTML, after a fence inside a list), nothing more
of the comment is read: a command that is missed is typed again, one that nobody meant to give is not taken back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LINES = 1000
MOST_COMMANDS = 10
LONGEST_COMMAND = 500

_COMMAND = re.compile(r"/([a-z][a-z-]{0,30})(?:[ \t]+(.*))?")
_ARGUMENT = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/@:=-]{0,199}")
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_FENCE_END = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*")
_QUOTE = re.compile(r" {0,3}>")
_UNCLEAR = re.compile(r"[^`]*<[A-Za-z!?/]|[ \t>*+\-\d.)]+(?:```|~~~)|On .{1,200} wrote:\s*$|-+ ?Original Message")
_DEFINITION = re.compile(r"[ *+\-\d.)]*\[(?:[^\]]*$|.*\]:)")


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as it was typed. `complaint` says why its arguments are refused, "" when they are not."""

    name: str
    arguments: tuple[str, ...]
    complaint: str = ""


def parse(text: str) -> tuple[Invocation, ...]:
    """The commands in a comment, each said once, in their order. Names are not looked up: other bots have commands too."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]
    found = (_COMMAND.fullmatch(line.rstrip(" \t")) for line in _plain(lines) if line.startswith("/"))
    return tuple(dict.fromkeys(_invocation(match) for match in found if match))[:MOST_COMMANDS]


def _plain(lines: list[str]) -> Iterator[str]:
    """The lines that show as text of the comment's author."""
    fence = ""
    joined = False
    for line in lines:
        if fence:
            fence = "" if _ends(line, fence) else fence
        elif opened := _FENCE.match(line):
            fence, joined = opened[1], False
        elif _QUOTE.match(line):
            joined = True
        elif _UNCLEAR.match(line):
            return
        elif not joined:
            yield line
            joined = _runs_on(line)
        if not line.strip():
            joined = False


def _runs_on(line: str) -> bool:
    """Whether code or a link's definition that begins in `line` may go on in the next; when in doubt, it does."""
    return "``" in line or "\\`" in line or line.count("`") % 2 == 1 or bool(_DEFINITION.match(line))


def _ends(line: str, fence: str) -> bool:
    closing = _FENCE_END.fullmatch(line)
    return closing is not None and closing[1][0] == fence[0] and len(closing[1]) >= len(fence)


def _invocation(match: re.Match[str]) -> Invocation:
    if len(match[0]) > LONGEST_COMMAND:
        return Invocation(match[1], (), f"it is longer than {LONGEST_COMMAND} characters")
    words = tuple(word for word in re.split("[ \t]+", match[2] or "") if word)
    if all(_ARGUMENT.fullmatch(word) for word in words):
        return Invocation(match[1], words)
    return Invocation(match[1], (), "it has a character that no argument has")
