"""Path patterns as .gitignore writes them, the small part that can be matched in time linear in the path.

`*` and `?` stay within one folder, `**` spans folders, a name without a slash matches in any folder, and what matches a
folder matches all that is in it. Brackets, braces, backslashes and `!` are refused: nobody needs them to name folders, and
general matchers take minutes on patterns made to hurt them.
"""

import re
from collections.abc import Iterable

LONGEST = 256
MOST_WILDCARDS = 16

_ABSOLUTE = re.compile(r"[/~]|[A-Za-z]:")
_REFUSED = re.compile(r"[\[\]{}\\!\x00-\x1f\x7f]")


def complaint(pattern: str) -> str | None:
    """Why `pattern` can't be used, as the end of a sentence about it; None when it can."""
    segments = pattern.removesuffix("/").split("/")
    objections = (
        (not pattern or pattern.strip() != pattern, "is empty or has spaces around it"),
        (len(pattern) > LONGEST, f"is longer than {LONGEST} characters"),
        (_ABSOLUTE.match(pattern), "is absolute; patterns are relative to the repository"),
        (_REFUSED.search(pattern), "has a character that is refused; only `*`, `**` and `?` are special in patterns"),
        ({"", ".", ".."} & set(segments), "has an empty, `.` or `..` part; patterns name paths inside the repository"),
        (any("**" in name and name != "**" for name in segments), "has `**` beside other characters; it stands alone"),
        (sum(map(pattern.count, "*?")) > MOST_WILDCARDS, f"has more than {MOST_WILDCARDS} wildcards"),
    )
    return next((why for objects, why in objections if objects), None)


class Patterns:
    """Patterns compiled once. Raises ValueError for one that `complaint` objects to."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._compiled = tuple((pattern, _compile(pattern)) for pattern in patterns)

    def match(self, path: str) -> str | None:
        """The first pattern that covers `path` (relative, forward slashes); None when none does."""
        return next((pattern for pattern, compiled in self._compiled if compiled.match(path)), None)


def _compile(pattern: str) -> re.Pattern[str]:
    if why := complaint(pattern):
        raise ValueError(f"pattern {pattern!r} {why}")
    segments = pattern.removesuffix("/").split("/")
    segments = [name for name, before in zip(segments, ["", *segments], strict=False) if (name, before) != ("**", "**")]
    anywhere = len(segments) == 1
    end = "/" if pattern.endswith("/") else r"(?=/|\Z)"
    if segments[-1] == "**":
        end = "/" if len(segments) > 1 else ""
    return re.compile(_blocks(["**", *segments] if anywhere else segments) + end, re.DOTALL)


def _blocks(segments: list[str]) -> str:
    """The segments between two `**` form a block, found at the first place that fits.

    Taking the first place is enough, as what follows may begin anywhere after it: so each block is atomic and nothing is
    ever tried twice.
    """
    blocks: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            blocks.append([])
        else:
            blocks[-1].append(segment)
    texts = ["/".join(map(_segment, block)) for block in blocks]
    first, rest = texts[0], [text for text in texts[1:] if text]
    found = [first] if first else []
    floating = [f"(?>(?:[^/]++/)*?{text}(?=/|\\Z))" for text in rest]
    return "/".join(found + floating)


def _segment(glob: str) -> str:
    """One name between slashes. Between two stars the first fit is enough, and after the last the rest must end the name."""
    head, *chunks = ("".join("[^/]" if char == "?" else re.escape(char) for char in part) for part in re.split(r"\*+", glob))
    if not chunks:
        return head
    *middle, last = chunks
    inner = "".join(f"(?>[^/]*?{chunk})" for chunk in middle)
    return f"(?>(?=[^/]){head}{inner}[^/]*{last}(?=/|\\Z))"
