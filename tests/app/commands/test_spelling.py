"""How far apart two words are, and which command was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.spelling import distance, nearest

words = st.text("abc-", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("", "", 0), ("", "ab", 2), ("chek", "check", 1), ("cehck", "check", 1), ("hold", "help", 2), ("etc", "check", 4)],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips


@given(words, words)
def test_it_is_as_far_there_as_back_and_nothing_is_nearer_than_itself(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


def test_between_two_that_are_as_near_nobody_guesses() -> None:
    assert nearest("check", ["checks", "checkx"]) is None
    assert nearest("checks", ["checkss", "check", "help"]) is None
    assert nearest("checkk", ["check", "help"]) == "check"
