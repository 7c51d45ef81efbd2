"""Our comments are found again by their first line, and too long ones are cut without leaving anything open."""

from hypothesis import given
from hypothesis import strategies as st

from app.forges import cut, markers
from app.review.summary import MARKER


def test_the_summary_that_the_review_writes_is_one_to_the_forges() -> None:
    assert markers.is_summary(f"{MARKER}\n### Ready to merge")
    assert markers.is_summary("<!-- fairlead:summary v2 -->\nof a later version")


def test_a_marker_further_down_is_only_text() -> None:
    assert not markers.is_summary(f"> {MARKER}")
    assert markers.finding_key("see\n<!-- fairlead:finding 5d1f0c -->") == ""
    assert markers.reply_to("see <!-- fairlead:reply 5 -->") == ""


@given(st.text(alphabet="0123456789abcdef", min_size=1), st.text())
def test_what_is_marked_is_found(key: str, body: str) -> None:
    assert markers.finding_key(markers.keyed(key, body)) == key
    assert markers.reply_to(markers.as_reply(key, body)) == key
    assert markers.is_summary(markers.as_summary(body))


@given(st.text(), st.text(alphabet="0123456789abcdef", min_size=1))
def test_marking_twice_is_marking_once(body: str, key: str) -> None:
    assert markers.as_summary(markers.as_summary(body)) == markers.as_summary(body)
    assert markers.keyed(key, markers.keyed(key, body)) == markers.keyed(key, body)


LINES = st.lists(st.sampled_from(["text", "```", "```yaml", "````", "~~~", "  ```", "a" * 30, ""]), max_size=30)


@given(LINES, st.integers(100, 300))
def test_a_cut_comment_fits_and_leaves_no_code_block_open(lines: list[str], limit: int) -> None:
    body = "\n".join(lines)
    shown = cut.comment(body, limit)
    assert len(shown) <= limit
    if len(body) <= limit:
        assert shown == body
    else:
        assert shown.endswith("(Cut here: this is all that the forge takes.)")
        assert cut._open_fence(shown) == ""


def test_one_endless_line_is_cut_too() -> None:
    assert len(cut.comment("a" * 1000, 200)) <= 200
