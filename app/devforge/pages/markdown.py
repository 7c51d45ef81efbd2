"""GitHub-flavoured Markdown: tables, strike-through, task lists, bare links, mentions, diffs, suggested changes."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from app.devforge.pages.sanitise import sanitise

_LINKS = re.compile(
    r"(?P<url>https?://[^\s<>\"']*[^\s<>\"'.,:;!?)\]])|(?<![\w/])@(?P<login>[A-Za-z0-9][A-Za-z0-9-]*(?:/[\w-]+)?)"
)
_TASK = re.compile(r"^\[([ xX])\] ")
_DIFF_CLASSES = {"+": "diff-add", "-": "diff-del", "@": "diff-hunk"}

Environment = MutableMapping[str, object]


def rendered(text: str, suggested_for: Sequence[str] = ()) -> Markup:
    """Markdown as harmless HTML. `suggested_for` are the lines that a suggestion in it would replace."""
    return Markup(sanitise(_markdown().render(text, {"lines": list(suggested_for)})))  # noqa: S704 - it has just been made harmless


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])
    parser.core.ruler.push("links", _link)
    parser.core.ruler.push("tasks", _tasks)
    parser.add_render_rule("fence", _fence)
    return parser


def _link(state: StateCore) -> None:
    """Bare addresses and mentions become links, but not inside links and code."""
    for block in state.tokens:
        depth, children = 0, list[Token]()
        for token in block.children or []:
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            children += _linked(token) if token.type == "text" and not depth else [token]
        if block.children:
            block.children = children


def _linked(token: Token) -> list[Token]:
    pieces, at = list[Token](), 0
    for found in _LINKS.finditer(token.content):
        address = found["url"] or f"/{found['login'].split('/')[0]}"
        opening = Token("link_open", "a", 1, attrs={"href": address, **({} if found["url"] else {"class": "mention"})})
        pieces += [_text(token.content[at : found.start()]), opening, _text(found[0]), Token("link_close", "a", -1)]
        at = found.end()
    return [*pieces, _text(token.content[at:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _tasks(state: StateCore) -> None:
    """[ ] and [x] at the start of a list item become boxes."""
    for item, block in zip(state.tokens, state.tokens[2:], strict=False):
        found = _TASK.match(block.content) if item.type == "list_item_open" and block.type == "inline" else None
        if found and block.children:
            block.children[0].content = block.children[0].content[found.end() :]
            box = "☑" if found[1] in "xX" else "☐"
            block.children.insert(0, Token("html_inline", "", 0, content=f'<span class="task">{box}</span> '))


def _fence(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, env: Environment) -> str:
    token = tokens[at]
    language = token.info.strip().split(" ")[0]
    if language == "suggestion":
        return _suggestion(token.content, env)
    if language == "diff":
        return f'<pre class="code"><code>{"".join(_diff_line(line) for line in token.content.splitlines())}</code></pre>\n'
    return f'<pre class="code"><code>{escape(token.content)}</code></pre>\n'


def _diff_line(line: str) -> str:
    kind = _DIFF_CLASSES.get(line[:1])
    text = escape(line) + "\n"
    return f'<span class="{kind}">{text}</span>' if kind else text


def _suggestion(content: str, env: Mapping[str, object]) -> str:
    lines = env.get("lines")
    before = [f'<span class="diff-del">- {escape(str(line))}\n</span>' for line in lines] if isinstance(lines, list) else []
    after = [f'<span class="diff-add">+ {escape(line)}\n</span>' for line in content.splitlines()]
    body = "".join([*before, *after])
    return f'<div class="suggestion"><div class="suggestion-head">Suggested change</div><pre><code>{body}</code></pre></div>\n'
