"""Diffs as data, held against Python's own."""

from difflib import unified_diff

from hypothesis import given
from hypothesis import strategies as st

from app.devforge.diffs import hunks_of, moved_line

LINES = st.lists(st.sampled_from(["a", "b", "c", "+d", "-e", "@@ f"]), max_size=12)


def patch(old: list[str], new: list[str], context: int) -> str:
    """The hunks between two files."""
    return "\n".join(list(unified_diff(old, new, lineterm="", n=context))[2:])


@given(LINES, LINES)
def test_hunks_give_back_both_files(old: list[str], new: list[str]) -> None:
    hunks = hunks_of(patch(old, new, 100))
    lines = [line for hunk in hunks for line in hunk.lines]
    if old != new:
        assert [line.text for line in lines if line.sign != "+"] == old
        assert [line.text for line in lines if line.sign != "-"] == new
    assert all(line.old is None or old[line.old - 1] == line.text for line in lines)
    assert all(line.new is None or new[line.new - 1] == line.text for line in lines)


@given(LINES, LINES)
def test_a_line_is_followed_to_where_it_stands_now(old: list[str], new: list[str]) -> None:
    hunks = hunks_of(patch(old, new, 0))
    gone = {line.old for hunk in hunks for line in hunk.lines if line.sign == "-"}
    for number, text in enumerate(old, 1):
        now = moved_line(hunks, number)
        assert (now is None) == (number in gone)
        assert now is None or new[now - 1] == text
