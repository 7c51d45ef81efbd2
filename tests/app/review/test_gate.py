"""One status for all open changes that have one head."""

from dataclasses import replace

import pytest
from review_samples import AROUND, judged
from review_samples import finding as found

from app.forges.base import StatusState
from app.review.gate import Claim, worst
from app.review.plan import same_news, status
from app.review.standing import Waiting

PENDING, ERROR, FAILURE, SUCCESS = StatusState.PENDING, StatusState.ERROR, StatusState.FAILURE, StatusState.SUCCESS


def claim(number: int, state: StatusState) -> Claim:
    return Claim(number, state, f"says {state}", f"https://fairlead.example/{number}")


@pytest.mark.parametrize(
    ("own", "others", "number", "headline"),
    [
        (claim(5, SUCCESS), [], 5, "says success"),
        (claim(5, FAILURE), [], 5, "says failure"),
        (claim(5, SUCCESS), [claim(3, FAILURE)], 3, "#3: says failure"),
        (claim(5, FAILURE), [claim(3, SUCCESS)], 5, "#5: says failure"),
        (claim(5, SUCCESS), [claim(3, SUCCESS)], 3, "says success"),
        (claim(5, FAILURE), [claim(3, ERROR)], 3, "#3: says error"),
        (claim(5, ERROR), [claim(3, PENDING), claim(4, FAILURE)], 3, "#3: says pending"),
        (claim(5, FAILURE), [claim(3, FAILURE)], 3, "#3: says failure"),
    ],
)
def test_the_worst_claim_counts_and_names_its_change(own: Claim, others: list[Claim], number: int, headline: str) -> None:
    said = worst(own, others)
    assert (said.number, said.headline) == (number, headline)
    assert said == worst(*_turned(own, others)), "whoever writes the status writes the same"


def _turned(own: Claim, others: list[Claim]) -> tuple[Claim, list[Claim]]:
    *first, last = [own, *others]
    return last, first


def test_a_change_that_is_ready_does_not_pass_while_another_of_its_head_is_not() -> None:
    sharing = replace(AROUND, sharing=(claim(3, FAILURE),))
    shown = status(judged(), sharing)
    assert (shown.state, shown.description, shown.target_url) == (FAILURE, "#3: says failure", "https://fairlead.example/3")
    assert status(Waiting("x"), sharing).state is PENDING


def test_which_base_and_how_long_is_no_news_and_a_finding_is() -> None:
    before = judged(found("x"), seconds=1.0)
    moved = replace(before, report=replace(before.report, base="9" * 40), seconds=7.5)
    assert same_news(before, moved, AROUND)
    assert not same_news(before, judged(found("y")), AROUND)
    assert not same_news(before, judged(found("x", line=14)), AROUND)
