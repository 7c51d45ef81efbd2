"""What is posted of a hostile change: rendered, it mentions nobody, links nowhere, loads nothing and closes what it opens."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from fakes.forge import LIMITS
from hostile_stage import NUMBERS, ON_THE_SERVICE, quick
from markdown_it import MarkdownIt
from markdown_it.token import Token
from review_samples import AROUND, finding, judged
from service_stage import REPOSITORY, Stage

from app.forges import cut
from app.forges.base import Account, StatusState
from app.review import summary
from app.review.fit import length
from app.review.markdown import fence, prose
from app.review.redact import Redactor
from validators.model import Action, FieldChange, ResourceChange, ResourceId

RENDERER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough"])
REFERENCE = re.compile(r"@\w|#\d|GH-\d|\b[0-9a-f]{7,40}\b|www\.|://|\bjavascript:|!\d|&\w+;|&#", re.IGNORECASE)
"""What a forge makes mentions, references and links of, in text that is neither code nor a link."""

OURS = (
    "https://fairlead.example/",
    "https://forge.example/",
    "https://kubernetes.io/",
    "https://yamllint.readthedocs.io/",
    "https://spec.",
)
MALLORY = Account("66", "mallory")


def tokens(markdown: str) -> list[Token]:
    def walk(found: list[Token]) -> Iterator[Token]:
        for token in found:
            yield token
            yield from walk(token.children or [])

    return list(walk(RENDERER.parse(markdown)))


def assert_harmless(markdown: str) -> None:
    """Nothing of what a stranger wrote does anything where it is shown."""
    inside, loose = 0, []
    for token in tokens(markdown):
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            loose.append(token.content)
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(OURS), token.attrs
        if token.type in {"html_inline", "html_block"}:
            assert set(re.findall(r"<\s*(/?[a-z!]+)", token.content)) <= {
                "sub",
                "/sub",
                "details",
                "/details",
                "summary",
                "/summary",
                "code",
                "/code",
                "!",
            }
        assert token.type != "image", token.content
    found = REFERENCE.search("\n".join(loose))
    assert found is None, loose


HOSTILE = [
    "@user", "\\@user", "&#64;user", "&commat;user", "@\u200borg", "@acme/sre", "#1", "GH-1", "acme/fleet#7", "Fixes #1", "deadbeef12",
    "APPROVED by @maintainer - please merge", "<!-- fairlead:summary v1 -->", "<!-- bot:state=success -->", "--> @user <!--",
    "[x](javascript:alert(1))", "[x](data:text/html,x)", "![](http://127.0.0.1:1/)", "[x]: http://127.0.0.1/", "http://127.0.0.1/x", "www.example.com",
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "</details></sub>", "```\n@user\n```", "````", "~~~", "` @user `", "| a | @user |", "{{7*7}}",
    "$\\href{javascript:alert(1)}{x}$", ":tada:", "a@b.example", "\u202e@user", "\x1b[31m@user", "- [ ] @user", "# @user", "> @user", "\r\n@user", "@user\n===",
]  # fmt: skip


@ON_THE_SERVICE
async def test_output_render_02_04_what_a_change_holds_stands_there_and_does_nothing(stage: Stage) -> None:
    """Through the whole service: as names, values, keys, kinds, files and folders."""
    files: dict[str, bytes] = {}
    for number, text in enumerate(HOSTILE):
        written = '"' + "".join(f"\\u{ord(char):04x}" for char in text) + '"'
        files[f"{number}.yaml"] = (
            f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {written}, labels: {{a: {written}}}}}\nspec: {{{written}: 1, restartPolicy: {written}}}\n"
        ).encode()
        files[f"k{number}.yaml"] = f"apiVersion: {written}\nkind: {written}\nmetadata: {{name: a}}\n".encode()
        name = text.replace("/", "\u2215").replace("\0", "")
        files[f"{name}/{name}.yaml"] = f"a: [ # {text}".encode()
    said = await everything_said(stage, files)
    for body in said:
        assert_harmless(body)
        assert not set(body) & set("\x1b\r\u202e\u200b")


async def everything_said(stage: Stage, files: dict[str, bytes]) -> list[str]:
    """The comments and threads, the check run and the status about a change with these files."""
    number = next(NUMBERS)
    head = stage.commit(files, branch=f"c{number}")
    ref = stage.propose(head, number=number)
    lines = {path: range(1, 30) for path in files}
    stage.forge.propose(stage.forge.changes[ref], lines)
    await stage.touch(ref)
    await stage.judged(head, ref)
    run = stage.forge.check_runs[REPOSITORY, head, str(ref)]
    assert len(run.annotations) <= 50
    assert len(run.summary) <= 65_535
    threads = [one.body for thread in stage.forge.threads[ref] for one in thread.comments]
    comments = [one.body for one in stage.forge.comments[ref]]
    assert len(comments) == 1
    assert len(threads) <= 30
    assert len(stage.forge.statuses[REPOSITORY, head, "fairlead/checks"].description) <= 140
    return [*comments, *threads]


@ON_THE_SERVICE
async def test_output_render_03_18_a_forged_summary_is_left_alone_and_believed_by_nobody(stage: Stage) -> None:
    head = stage.commit({"a.yaml": b"a: [\n"}, branch="forged")
    ref = stage.propose(head, number=next(NUMBERS))
    forged = f"{summary.MARKER}\n### Ready to merge\n<!-- fairlead:finding 0 -->\n<!-- bot:state=success -->"
    stage.forge.say(ref, MALLORY, forged)
    await stage.touch(ref)
    await stage.judged(head, ref)
    theirs, ours = stage.forge.comments[ref]
    assert (theirs.author, theirs.body) == (MALLORY, forged)
    assert "blocks the merge" in ours.body
    assert stage.forge.statuses[REPOSITORY, head, "fairlead/checks"].state is StatusState.FAILURE


@pytest.mark.slow
@ON_THE_SERVICE
async def test_output_render_05_ten_thousand_findings_fit(stage: Stage) -> None:
    broken = b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n" + b"".join(b"  field%d: 1\n" % n for n in range(100))
    files = {f"{number}.yaml": broken + b"  own%d: 1\n" % number for number in range(40)}
    files["line.yaml"] = b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {x: " + b"y" * 100_000 + b"}\n"
    said = await everything_said(stage, files)
    assert all(length(body) <= 65_000 for body in said)
    assert "more findings on the [page](https://fairlead.example/" in said[0]
    assert_harmless(said[0])


@pytest.mark.parametrize("size", quick([100, 100_000, 5_000_000], 1))
@pytest.mark.parametrize("unit", ["x", "x ", "`", "\U0001f600", "\n```\n", "@user ", "| ", "\\", "<b>"], ids=ascii)
def test_output_render_05_06_texts_of_any_size_become_a_comment_that_closes_what_it_opens(unit: str, size: int) -> None:
    text = unit * (size // len(unit))
    changed = ResourceChange(
        "apps/web", Action.UPDATE, ResourceId("v1", "ConfigMap", "", "a"), (FieldChange("data.a", text, text + "y"),), ()
    )
    redactor = Redactor((), key=b"k")
    report = redactor.report(judged(finding(text, "a.yaml"), changes=[changed]).report)
    assert len(str(report)) < 1_000_000
    body = summary.judged(judged(*report.findings, changes=list(report.changes)), AROUND)
    assert length(body) <= 65_000
    assert_balanced(body)


def assert_balanced(body: str) -> None:
    kinds = Counter(token.type for token in tokens(body))
    assert body.count("<details>") == body.count("</details>")
    assert body.count("<sub>") == body.count("</sub>")
    assert kinds["link_open"] == kinds["link_close"]
    fences = [token for token in tokens(body) if token.type == "fence"]
    assert all(not token.content.rstrip().endswith("</details>") for token in fences)


@pytest.mark.parametrize("at", range(490, 512, 2))
def test_output_render_06_a_secret_at_the_cut_is_masked_first(at: int) -> None:
    secret = "hunter2hunter2\U0001f600x"
    redactor = Redactor([secret], key=b"k")
    shown = prose(redactor.text("a " * (at // 2) + secret + " end"))
    assert "hunter" not in shown
    shown.encode()


@pytest.mark.parametrize("offset", range(6))
def test_output_render_06_a_cut_leaves_no_fence_open_and_no_half_character(offset: int) -> None:
    body = "x" * offset + "\n" + fence("\U0001f600" * 40_000 + "\n```\n" + "y\n" * 20_000)
    shown = cut.comment(body, LIMITS.comment)
    assert len(shown) <= LIMITS.comment
    assert sum(token.type == "fence" for token in tokens(shown)) == 1
    assert tokens(shown)[-2].type != "fence"
    assert "Cut here" in tokens(shown)[-1].content or "Cut here" in tokens(shown)[-2].content
    shown.encode()
