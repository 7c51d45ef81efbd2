"""Text to nodes: libyaml's events put together without recursion, so that no nesting can overflow the stack."""

import re
from dataclasses import dataclass
from typing import Protocol

import yaml

from validators.documents import limits
from validators.documents.nodes import Alias, Items, Mapping, Node, Scalar
from validators.documents.refused import IGNORED_TEXT, SYNTAX, UNSUPPORTED, Refused, Trouble, beyond
from validators.documents.syntax import syntax_trouble
from validators.documents.text import BYTE_ORDER_MARK, Lines
from validators.words import shortened

_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_COLON = "\ue000"  # stands in for a colon that libyaml refuses and goyaml.v2 takes for a part of the scalar, as in `[a:]`
_COPYING = 16  # how much quicker a character is copied than read
_LONGEST_SHOWN = 60
_BLOCKS = ("|", ">")
_OTHER_LINE_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")  # lines to libyaml, not to git


class Mark(Protocol):
    """A place in the text as libyaml counts it, from 0 and in characters."""

    @property
    def index(self) -> int:
        """From the begin of the text."""

    @property
    def line(self) -> int:
        """Line."""

    @property
    def column(self) -> int:
        """Column."""


@dataclass(slots=True)
class Allowance:
    """What may still be read of one file, in all its documents."""

    nodes: int = limits.NODES
    again: int = limits.REREAD


@dataclass(frozen=True, slots=True)
class Composed:
    """The first document of a text. `root` is None for an empty one; `ignored` is about text after it that nobody reads."""

    root: Node | None
    ignored: Trouble | None


def compose(text: str, first_line: int, allowance: Allowance, *, slashes: bool = False) -> Composed:
    """The first YAML document of `text`, which begins on line `first_line` of its file; `allowance` is the file's.

    `slashes` allows the escape `\\/`, which JSON has and goyaml.v2 has not. Raises Refused.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    while True:
        try:
            return _Composer(text, first_line, allowance, slashes=slashes).run()
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.index if error.problem_mark else -1
            if error.problem != "found unexpected ':'" or text[at : at + 1] != ":":
                raise Refused(syntax_trouble(error, text, first_line)) from None
            text = f"{text[:at]}{_COLON}{text[at + 1 :]}"
            allowance.again -= at + len(text) // _COPYING
            if allowance.again < 0:
                raise beyond("the number of colons at the end of words in flow lists", first_line, 1) from None


class _Composer:
    """The state of reading one document."""

    def __init__(self, text: str, first_line: int, allowance: Allowance, *, slashes: bool) -> None:
        self.text = text
        self.first_line = first_line
        self.allowance = allowance
        self.check_slashes = not slashes and "\\/" in text
        self.lines = Lines(text) if _OTHER_LINE_BREAKS.search(text) else None
        self.open: list[Items | Mapping] = []
        self.keys: list[Node | None] = []  # of each open mapping: the key that waits for its value
        self.flows: list[bool] = []  # of each open node: whether it is written with brackets
        self.flow = 0
        self.anchors: dict[str, Scalar | Items | Mapping] = {}
        self.aliases = 0
        self.root: Node | None = None

    def run(self) -> Composed:
        parser = yaml.CSafeLoader(self.text)
        try:
            while (event := parser.get_event()) is not None:
                if isinstance(event, yaml.DocumentEndEvent):
                    return Composed(self.root, self._ignored(parser))
                self._take(event)
        finally:
            parser.dispose()
        return Composed(None, None)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        line, column = self._place(event.start_mark)
        text, style = event.value, event.style
        end_line = self._end_of_block(event, line) if style in _BLOCKS else self._place(event.end_mark)[0]
        if _COLON in text and _COLON in self.text:
            text = text.replace(_COLON, ":")
        if self.flow and not style and "?" in text:
            raise self._unsupported(event.start_mark, "an unquoted text with `?` inside of `{}` or `[]` needs quotes", text)
        if self.flow and event.tag and not text and not style:
            self._check_comma(event)
        if self.check_slashes and style == '"':
            self._check_slashes(event)
        node = Scalar(line, column, end_line, text, event.tag, not style and event.tag is None)
        self._add(node, event.anchor)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        line, column = self._place(event.start_mark)
        node = (Mapping if isinstance(event, yaml.MappingStartEvent) else Items)(line, column, line)
        self._add(node, event.anchor)
        self.open.append(node)
        self.keys.append(None)
        self.flow += bool(event.flow_style)
        self.flows.append(bool(event.flow_style))
        if len(self.open) > limits.DEPTH:
            raise beyond(f"{limits.DEPTH} levels of nesting", line, column)

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        node = self.open.pop()
        self.keys.pop()
        if self.flows.pop():
            self.flow -= 1
            node.end_line = self._place(event.end_mark)[0]
        elif isinstance(node, Mapping):
            node.end_line = node.pairs[-1][1].end_line if node.pairs else node.line
        else:
            node.end_line = node.items[-1].end_line if node.items else node.line

    def _alias(self, event: yaml.AliasEvent) -> None:
        line, column = self._place(event.start_mark)
        target = self.anchors.get(event.anchor or "")
        if target is None:
            name = shortened(event.anchor or "", _LONGEST_SHOWN)
            message = f"`*{name}` refers to an anchor `&{name}` that does not stand before it in this document"
            raise Refused(Trouble(SYNTAX, line, column, message, f"*{event.anchor}", title=f"unknown anchor {name}"))
        self.aliases += 1
        if self.aliases > limits.ALIASES:
            raise beyond(f"{limits.ALIASES:,} aliases a document", line, column)
        self._add(Alias(line, column, line, target), None)

    def _add(self, node: Node, anchor: str | None) -> None:
        """Put the node where the text has it: into the innermost open sequence or mapping."""
        self.allowance.nodes -= 1
        if self.allowance.nodes < 0:
            raise beyond(f"{limits.NODES:,} values and keys a file", node.line, node.column)
        if anchor is not None and not isinstance(node, Alias):
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Items):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            self.keys[-1] = node
        else:
            parent.pairs.append((key, node))
            self.keys[-1] = None

    def _place(self, mark: Mark | None) -> tuple[int, int]:
        if mark is None:  # not with libyaml, which knows the place of everything
            return self.first_line, 1
        if self.lines is None and mark.index < len(self.text):
            return mark.line + self.first_line, mark.column + 1
        self.lines = self.lines or Lines(self.text)  # libyaml gives every text a last line feed
        line, column = self.lines.place(min(mark.index, len(self.text)))
        return line + self.first_line - 1, column

    def _written(self, event: yaml.ScalarEvent) -> str:
        start, end = event.start_mark, event.end_mark
        return self.text[start.index : end.index] if start and end else ""

    def _end_of_block(self, event: yaml.ScalarEvent, line: int) -> int:
        """The last line with text of a block scalar, whose end mark stands behind the blank lines after it."""
        return line + self._written(event).rstrip().count("\n")

    def _check_slashes(self, event: yaml.ScalarEvent) -> None:
        if _ESCAPED_SLASH.search(self._written(event)):
            raise self._unsupported(event.start_mark, "Kubernetes tools do not know the escape `\\/`; write `/`", "\\/")

    def _check_comma(self, event: yaml.ScalarEvent) -> None:
        """A tag that a comma follows at once is the tag of nothing to libyaml, and an error to goyaml.v2."""
        end = event.end_mark.index if event.end_mark else 0
        if self.text[end : end + 1] == ",":
            raise self._unsupported(event.start_mark, "Kubernetes tools want a blank between a tag and a comma", "tag")

    def _unsupported(self, mark: Mark | None, message: str, about: str) -> Refused:
        line, column = self._place(mark)
        return Refused(Trouble(UNSUPPORTED, line, column, message, about, title="Kubernetes tools can't read this"))

    def _ignored(self, parser: yaml.CSafeLoader) -> Trouble | None:
        """A trouble about what follows the document in the same text: after `...`, or after the end of a JSON value."""
        try:
            event = parser.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                return None
            mark = event.start_mark
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
        line, column = self._place(mark)
        message = "a document ended above, and Kubernetes tools skip this text; begin a new document with `---`, or remove it"
        return Trouble(IGNORED_TEXT, line, column, message, "after the document", title="text that nobody reads")
