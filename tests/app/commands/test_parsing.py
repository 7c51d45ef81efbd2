"""Which lines of a comment are commands, and that nothing hidden, quoted or odd is one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.commands.parsing import Invocation, parse

CHECK = Invocation("check", ())
RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("/check", [CHECK]),
        ("/check  \t\r\n", [CHECK]),
        ("Looks better now.\n/check\nthanks", [CHECK]),
        ("I changed `web` as asked.\n/check", [CHECK]),
        ("> /help\n\n/check", [CHECK]),
        ("```\n/help\n```\n/check", [CHECK]),
        ("> ```\n> /help\n> ```\n\n/check", [CHECK]),
        ("/check\n/help\n/check", [CHECK, Invocation("help", ())]),
        ("/plan apps/web/prod-1 --all=x", [Invocation("plan", (), "it has a character that no argument has")]),
        ("/plan apps/web/prod-1 unit:x", [Invocation("plan", ("apps/web/prod-1", "unit:x"))]),
    ],
)  # fmt: skip
def test_commands_are_lines_that_start_with_a_slash(text: str, commands: list[Invocation]) -> None:
    assert list(parse(text)) == commands


@pytest.mark.parametrize(
    "text",
    [
        " /check",
        "please /check",
        "- /check",
        "    /check",
        "/Check",
        "/checks/x.yaml",
        "/check.",
        "/",
        "//check",
        "> /check",
        "> quoted\n/check",
        "```\n/check\n```",
        "```suggestion\n/check\n```",
        "````\n```\n/check\n```\n````",
        "~~~\n```\n/check\n~~~",
        "```\nnever closed\n/check",
        "- ```\n  x\n  ```\n```\n/check\n```",
        "`code that\n/check\ngoes on`",
        "\\`a`\n/check\n`",
        "<!-- /check -->",
        "<!--\n/check\n-->",
        "text <!--\n/check\n-->",
        "<!--\n\n/check\n-->",
        "<pre>\n/check\n</pre>",
        "<div>\n```\n\n/help\n\n```\n/check\n```",
        "[x]:\n/check",
        "[long\nlabel]:\n/check",
        "On Friday Tom wrote:\n/check",
        "-----Original Message-----\n/check",
        "/сheck",  # noqa: RUF001 a Cyrillic letter
        "／check",  # noqa: RUF001 a wide slash
        "/ch\u200beck",
        "\u200b/check",
        "x\u2028/check",
        "/check\u2028",
        "x\x0b/check",
        "/check\x00",
        "\x1b[31m/check",
        "\u202e/check",
    ],
)
def test_what_is_not_a_command(text: str) -> None:
    assert parse(text) == ()


@pytest.mark.parametrize(
    "argument",
    [
        "-var=$(touch CANARY)",
        ";id",
        "a|b",
        "`id`",
        "../../etc",
        "a/../b",
        "-w",
        "'x'",
        "x\u2028y",
        "$HOME",
        "a&&b",
        "a\x00",
        "é",
        "*",
        "~/x",
    ],
)
def test_arguments_with_anything_odd_are_refused_whole(argument: str) -> None:
    (found,) = parse(f"/plan ok {argument}")
    assert found.arguments == ()
    assert found.complaint


@pytest.mark.parametrize(
    "text",
    [
        "a" * 65_536,
        "\n" * 65_530 + "/check",
        "/check\n" * 9362,
        "/check " + "a " * 32_000,
        "/check " + "." * 65_000,
        "\x00" * 65_536,
        "\x1b\u202e" * 32_768,
        ">" * 65_536,
        "- " * 32_768,
        "`" * 65_536,
        "` " * 32_768,
        "<" * 65_536,
        "[" * 65_536,
        "```\n" * 16_384,
        "/" * 65_536,
        "1." * 32_768,
        " " * 65_536,
        "On " + "x" * 65_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_the_longest_comment_is_parsed_within_ten_milliseconds(text: str) -> None:
    durations = []
    for _ in range(3):
        started = time.perf_counter()
        parse(text)
        durations.append(time.perf_counter() - started)
    assert min(durations) < 0.01


_PIECES = ("/check", "\n", "\n\n", "```", "~~~", "````", "`", "> ", "- ", "  ", "    ", "<!--", "-->", "<div>", "</pre>", "<pre>", "[x]:", "x", "1. ", "\\", "\t", "| a |", "---")  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_what_is_a_command_shows_as_text_of_its_own(text: str) -> None:
    """Where we find commands, a Markdown parser finds at least as many lines of plain text that say so."""
    shown = 0
    depth = 0
    for token in RENDERER.parse(text):
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline" and not depth:
            said = "".join(
                "\n" if child.type in {"softbreak", "hardbreak"} else child.content
                for child in token.children or []
                if child.type in {"text", "softbreak", "hardbreak"}
            )
            shown += said.count("/check")
    assert bool(parse(text)) <= bool(shown), text
