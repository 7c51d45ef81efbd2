"""Markdown made of text that strangers wrote: it shows what they wrote and does nothing else.

Words of letters and digits stand as they are; every other word becomes inline code, in which no forge mentions people, links
issues, commits or addresses, loads images or reads HTML. A backslash or an entity before an @ does not stop a mention on
GitHub, since it looks for mentions in the rendered text; inside code it doesn't look.
"""

import html
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

from app.review.fit import cut_front
from app.review.secrets import mask_known
from app.review.visible import visible, visible_name
from validators.words import shortened

PROSE_LIMIT = 500
NAME_LIMIT = 200
"""Characters of a stranger's text or name that are shown; far more than one reads, far less than a comment holds."""

_LETTERS = r"[^\W_]++"
_HARMLESS = re.compile(rf"[(\"']*+(?:{_LETTERS}(?:[-'/.,\u2019]{_LETTERS})*+)?[.,;:!?)\"'%\u2026]*+|[-/=+\u2013\u2014\u2192]")
_LINKED = re.compile(r"(?i:\b[0-9a-f]{7,}\b|gh-\d|ghsa-|www\.)|[A-Z][A-Z0-9]+-\d")
_LIST_MARK = re.compile(r"\d{1,9}[.)]|[-+=]")
_LABEL = re.compile(rf"\u2026?[/.]?{_LETTERS}(?:[-_/.: ]{_LETTERS})*+")
_LONGEST_ADDRESS = 1500
_BEFORE, _AFTER = "(\"'", ".,;:!?)\"'\u2026"


def clean(text: str) -> str:
    """`text` without known kinds of secrets, with hidden characters written out."""
    return mask_known(visible(text))


def prose(text: str) -> str:
    """One line of running text. What stands between backticks in it is code, as authors of messages mean it."""
    parts = shortened(clean(text), PROSE_LIMIT).split("`")
    closed = len(parts) - 1 if len(parts) % 2 == 0 else len(parts)
    shown = ""
    for position, part in enumerate(parts):
        piece = _code(part) if position % 2 and position < closed and part else _words(part, first=not shown)
        shown += f" {piece}" if shown.endswith("`") and piece.startswith("`") else piece
    return shown


def code(text: str) -> str:
    """`text` as inline code on one line, whatever it contains; cut at the front, as the end of a path tells most."""
    return _code(cut_front(clean(visible_name(text)), NAME_LIMIT))


def name(text: str) -> str:
    """A path or another name, kept together: as it stands when it is harmless, else as code."""
    return text if len(text) <= NAME_LIMIT and _is_harmless(text) and not _LIST_MARK.fullmatch(text) else code(text)


def fence(text: str, language: str = "") -> str:
    """A fenced block that `text` can't close."""
    content = clean(text).rstrip("\n")
    ticks = "`" * max(3, _longest_run(content) + 1)
    return "\n".join([f"{ticks}{language}", *([content] if content else []), ticks])


def link(text: str, url: str) -> str:
    """`text` as a link, in which no forge looks for mentions; without one where `url` is too long or not http(s)."""
    address = quote(url.encode("utf-8", "surrogatepass"), safe="/:?#@!$&*+,;=%~-._")
    if len(address) > _LONGEST_ADDRESS or not address.startswith(("https://", "http://")):
        return name(text)
    label = cut_front(clean(visible_name(text)), NAME_LIMIT)
    return f"[{label if _LABEL.fullmatch(label) else _code(label)}]({address})"


def cell(markdown: str) -> str:
    """Markdown of one line inside a table. Pipes occur in code only, where a table wants them escaped nevertheless."""
    return markdown.replace("\\|", "\\ |").replace("|", "\\|")


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose cells are Markdown already."""
    heads = list(headings)
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines.extend(f"| {' | '.join(map(cell, row))} |" for row in rows)
    return "\n".join(lines)


def folded(summary: str, content: str) -> str:
    """A part that opens on a click. `summary` is a stranger's text, `content` Markdown."""
    words = (_only_if_harmless(word, _html_code, plain=html.escape) for word in clean(summary).split())
    return f"<details>\n<summary>{' '.join(words)}</summary>\n\n{content}\n\n</details>"


def _words(text: str, *, first: bool) -> str:
    """Plain text, word by word; the spaces around it are kept."""
    words = text.split(" ")
    shown = [_only_if_harmless(word, _code, plain=str) for word in words]
    if first and _LIST_MARK.fullmatch(words[0]):
        shown[0] = _code(words[0])
    return " ".join(shown)


def _is_harmless(word: str) -> bool:
    found = _HARMLESS.fullmatch(word)
    return bool(found) and not _LINKED.search(word)


def _only_if_harmless(word: str, coded: Callable[[str], str], *, plain: Callable[[str], str]) -> str:
    """`word` as it is, or its core as code with quotes, brackets and stops left outside where they are plain punctuation."""
    if _is_harmless(word):
        return plain(word)
    inner = word.lstrip(_BEFORE)
    core = inner.rstrip(_AFTER)
    if not core:
        return coded(word)
    return plain(word[: len(word) - len(inner)]) + coded(core) + plain(inner[len(core) :])


def _html_code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _code(text: str) -> str:
    content = re.sub(r"[\n\t]", " ", text) or " "
    ticks = "`" * (_longest_run(content) + 1)
    if content.startswith("`") or content.endswith("`") or (content.strip() and content[0] == content[-1] == " "):
        content = f" {content} "
    return f"{ticks}{content}{ticks}"


def _longest_run(text: str) -> int:
    """How many backticks stand together at most."""
    return max(map(len, re.findall("`+", text)), default=0)
