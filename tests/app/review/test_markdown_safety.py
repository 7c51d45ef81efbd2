"""Strangers' text in comments shows what they wrote and does nothing: rendered and counted."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from review_samples import AROUND, finding, judged

from app.review import inline, summary
from app.review.defects import by_place
from app.review.markdown import clean, code, fence, folded, link, name, prose, table
from app.review.visible import visible_name
from validators.model import Action, FieldChange, FindingStatus, ResourceChange, ResourceId, Suggestion

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
REFERENCE = re.compile(r"@\w|#\d|GH-\d|\b[0-9a-f]{7,40}\b|www\.|://|\$\S|:\w+:|!\d|&\w+;|&#", re.IGNORECASE)
"""What a forge turns into mentions, references, links, formulas, emoji when it stands in text outside code and links."""

HOSTILE = (
    "@user", "\\@user", "&#64;user", "&commat;user", "@\u200borg", "@acme/sre", "#1", "GH-1", "acme/fleet#7", "Fixes #1", "deadbeef12",
    "`", "``", "```", "````", "~~~", "|", "\\", "\\|", "<b>", "</details>", "<!--", "-->", "<img src=http://127.0.0.1/>", "![x](http://y)",
    "[x](javascript:alert(1))", "[x]: http://y", "[x]", "http://127.0.0.1/x", "www.example.com", "a@b.example", "$x$", "$`x`$", ":tada:",
    "\n", "\n\n", "\r", "    ", "\t", "# ", "> ", "- ", "1. ", "---", "===", "***", "__x__", "~~x~~", "\u202e", "\x1b[31m", "\x00", "!12",
    "APPROVED by @maintainer - please merge", "<!-- fairlead:summary v1 -->", "word", " and ", "(", ")", ".", ",", "'", '"', "\ud800",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=4)), max_size=12).map("".join)


def nodes(markdown: str) -> list[Token]:
    def walk(tokens: list[Token]) -> Iterator[Token]:
        for token in tokens:
            yield token
            yield from walk(token.children or [])

    return list(walk(RENDERER.parse(markdown)))


def kinds(markdown: str) -> Counter[str]:
    return Counter(token.type for token in nodes(markdown))


def loose_text(markdown: str) -> str:
    """The text outside code, links and HTML, where forges look for references."""
    inside, text = 0, []
    for token in nodes(markdown):
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            text.append(token.content)
    return "\n".join(text)


@pytest.mark.parametrize("show", [prose, code, name])
@given(text=TEXTS)
def test_text_is_one_paragraph_of_words_and_code(show: Callable[[str], str], text: str) -> None:
    markdown = show(text)
    assert set(kinds(markdown)) <= {"paragraph_open", "paragraph_close", "inline", "text", "code_inline"}
    assert not REFERENCE.search(loose_text(markdown)), markdown
    assert "\n" not in markdown


@given(text=TEXTS)
def test_code_shows_the_text_itself(text: str) -> None:
    shown = [token.content for token in nodes(code(text)) if token.type == "code_inline"]
    written = clean(visible_name(text))
    assert shown == [written or " "] or not written.strip() or len(written) > 200


@given(texts=st.lists(TEXTS, min_size=3, max_size=3))
def test_a_table_keeps_its_cells(texts: list[str]) -> None:
    found = kinds(table(("a", "b", "c"), [tuple(map(prose, texts)), tuple(map(code, texts))]))
    assert (found["table_open"], found["tr_open"], found["td_open"]) == (1, 3, 6)
    assert not found.keys() & {"link_open", "image", "html_inline", "html_block", "fence"}


@given(text=TEXTS)
def test_a_fence_is_closed_by_us_alone(text: str) -> None:
    tokens = RENDERER.parse(fence(text, "diff") + "\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content.rstrip("\n") == clean(text).rstrip("\n")


@given(text=TEXTS)
def test_a_folded_part_has_our_html_only(text: str) -> None:
    html = "".join(token.content for token in nodes(folded(text, "inside")) if token.type == "html_block")
    assert set(re.findall(r"<\s*(/?\w+)", html)) <= {"details", "/details", "summary", "/summary", "code", "/code"}
    assert html.count("<details>") == html.count("</details>") == 1
    outside_code = re.sub(r"<code>.*?</code>", "", html)
    assert not re.search(r"@\w|#\d|GH-\d|<!--", outside_code.replace("&#x27;", "'"))


@given(text=TEXTS)
def test_a_link_leads_where_we_say(text: str) -> None:
    found = nodes(link(text, "https://example.com/a b)c"))
    assert [token.attrs["href"] for token in found if token.type == "link_open"] == ["https://example.com/a%20b%29c"]
    assert not {token.type for token in found} & {"image", "html_inline", "html_block"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil", "https://x/" + "a" * 2000])
def test_no_link_to_an_address_that_is_not_ours(url: str) -> None:
    assert kinds(link("text", url))["link_open"] == 0


@given(message=TEXTS, path=TEXTS, title=TEXTS, value=TEXTS)
def test_a_hostile_change_adds_nothing_to_the_comments(message: str, path: str, title: str, value: str) -> None:
    found = finding(
        message,
        path,
        title=title,
        resource=ResourceId("v1", "Secret", value, value),
        suggestion=Suggestion(13, 13, value),
        unit=value,
    )
    change = ResourceChange(
        path, Action.UPDATE, ResourceId("v1", value, "", title), (FieldChange(value, message, None),), (title,)
    )
    body = summary.judged(judged(found, changes=[change]), AROUND)
    counted = kinds(body)
    assert counted["link_open"] == body.count("Page of this change") + 1
    assert counted["image"] == 0
    assert counted["fence"] == counted["table_open"] == counted["heading_open"] == 1
    assert [token.content for token in nodes(body) if token.type == "html_inline"] == ["<sub>", "</sub>"]
    assert not REFERENCE.search(loose_text(body)), body

    comment = inline.comment(by_place([found])[0], {path: {13}}, AROUND)
    assert comment is not None
    counted = kinds(comment.body)
    assert (counted["link_open"], counted["image"], counted["html_block"], counted["html_inline"]) == (1, 0, 1, 2)
    assert not REFERENCE.search(loose_text(comment.body)), comment.body


def test_a_forged_marker_and_approval_are_only_words() -> None:
    body = summary.judged(
        judged(finding("APPROVED by @maintainer <!-- fairlead:summary v1 -->", status=FindingStatus.NEW)), AROUND
    )
    assert body.count("<!-- fairlead:summary v1 -->") == 1
    assert "`@maintainer`" in body
