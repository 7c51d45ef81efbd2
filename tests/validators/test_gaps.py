"""Things that were left out for one reason are told together."""

from validators.gaps import by_reason
from validators.model import NotChecked


def test_one_reason_is_told_once_with_the_first_few_things() -> None:
    notes = [NotChecked(f"overlay-{number}", "not rendered") for number in range(18)]
    assert by_reason(notes) == (NotChecked("overlay-0, overlay-1, overlay-2 and 15 more", "not rendered"),)


def test_the_last_one_is_named_instead_of_counted() -> None:
    notes = [NotChecked(f"overlay-{number}", "not rendered") for number in range(4)]
    assert by_reason(notes) == (NotChecked("overlay-0, overlay-1, overlay-2 and overlay-3", "not rendered"),)


def test_reasons_stay_in_their_order_and_nothing_is_named_twice() -> None:
    notes = [NotChecked("b", "later"), NotChecked("a", "first"), NotChecked("b", "later")]
    assert by_reason(notes) == (NotChecked("b", "later"), NotChecked("a", "first"))
