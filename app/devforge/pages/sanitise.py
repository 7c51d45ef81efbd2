"""Lets through the HTML that GitHub lets people write in comments, and nothing else.

https://github.com/github/markup#github-markup and https://github.com/gjtorikian/html-pipeline name the lists.
"""

from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

# fmt: off
_TAGS = frozenset((
    "h1", "h2", "h3", "h4", "h5", "h6", "br", "b", "i", "strong", "em", "a", "pre", "code", "img", "tt",
    "div", "ins", "del", "sup", "sub", "p", "picture", "ol", "ul", "table", "thead", "tbody", "tfoot",
    "blockquote", "dl", "dt", "dd", "kbd", "q", "samp", "var", "hr", "ruby", "rt", "rp", "li", "tr", "td",
    "th", "s", "strike", "summary", "details", "caption", "figure", "figcaption", "abbr", "bdo", "cite",
    "dfn", "mark", "small", "span", "source", "time", "wbr",
))
# fmt: on
_EMPTY = frozenset(("br", "hr", "img", "source", "wbr"))
_SILENCED = frozenset(("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "template"))
# fmt: off
_ATTRIBUTES = frozenset((
    "align", "alt", "colspan", "height", "href", "open", "rowspan", "span", "src", "start", "title", "type",
    "value", "width", "dir", "lang", "checked", "disabled",
))
# fmt: on
_ADDRESSES = frozenset(("href", "src"))
_SCHEMES = frozenset(("", "http", "https", "mailto"))
_OWN_CLASSES = frozenset(("mention", "suggestion", "suggestion-head", "diff-add", "diff-del", "diff-hunk", "task", "code"))


def sanitise(html: str) -> str:
    """Well-formed HTML with only allowed tags and attributes in it; the text of other tags stays, that of scripts does not."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return cleaner.finished()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._silenced = 0

    def finished(self) -> str:
        """All of it, what is still open closed."""
        return "".join([*self._out, *(f"</{tag}>" for tag in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an allowed tag with its allowed attributes."""
        if tag in _SILENCED:
            self._silenced += 1
        elif tag in _TAGS and not self._silenced:
            self._out.append(f"<{tag}{''.join(_kept(attrs))}>")
            if tag not in _EMPTY:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open down to this tag."""
        if tag in _SILENCED:
            self._silenced = max(0, self._silenced - 1)
        elif tag in self._open and not self._silenced:
            while True:
                closed = self._open.pop()
                self._out.append(f"</{closed}>")
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        """Text, made harmless."""
        if not self._silenced:
            self._out.append(escape(data, quote=False))


def _kept(attributes: list[tuple[str, str | None]]) -> Iterable[str]:
    for name, value in attributes:
        text = value or ""
        if name == "class" and set(text.split()) <= _OWN_CLASSES:
            yield f' class="{escape(text)}"'
        elif name in _ATTRIBUTES and (name not in _ADDRESSES or _harmless(text)):
            yield f' {name}="{escape(text)}"'


def _harmless(address: str) -> bool:
    try:
        return urlsplit("".join(address.split())).scheme.lower() in _SCHEMES
    except ValueError:
        return False
