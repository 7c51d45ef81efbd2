"""Things that were left out for one reason are told together, with the checks that left them out."""

from validators.gaps import Gap, by_reason, gaps
from validators.model import CheckResult, Coverage, NotChecked, Outcome, Report


def ran(validator: str, *notes: NotChecked) -> CheckResult:
    return CheckResult(validator, Outcome.COMPLETED, (), Coverage(not_checked=notes), "", 0.0)


def test_one_reason_is_told_once_with_the_first_few_things() -> None:
    notes = [NotChecked(f"overlay-{number}", "not rendered") for number in range(18)]
    (gap,) = by_reason([ran("units", *notes)])
    assert (gap.named, gap.why) == ("overlay-0, overlay-1, overlay-2 and 15 more", "not rendered")


def test_the_last_one_is_named_instead_of_counted() -> None:
    notes = [NotChecked(f"overlay-{number}", "not rendered") for number in range(4)]
    assert by_reason([ran("units", *notes)])[0].named == "overlay-0, overlay-1, overlay-2 and overlay-3"


def test_reasons_stay_in_their_order_and_nothing_is_named_twice() -> None:
    notes = [NotChecked("b", "later"), NotChecked("a", "first"), NotChecked("b", "later")]
    assert by_reason([ran("schema", *notes)]) == (Gap(("b",), "later", ()), Gap(("a",), "first", ()))


def test_what_several_checks_leave_out_for_one_reason_is_told_once_with_their_names() -> None:
    template, unknown = NotChecked("chart/templates/a.yaml", "a template"), NotChecked("KafkaTopic", "no schema")
    results = [ran("files"), ran("yaml_lint", template), ran("schema", template, unknown)]
    assert by_reason(results) == (
        Gap(("chart/templates/a.yaml",), "a template", ("yaml_lint", "schema")),
        Gap(("KafkaTopic",), "no schema", ("schema",)),
    )


def test_what_every_check_leaves_out_names_none_of_them() -> None:
    ignored = NotChecked("docs/a.yaml", "ignored by `docs/**` in .fairlead.yaml")
    results = [ran("yaml_lint", ignored), ran("schema", ignored), ran("dry_run")]
    assert by_reason(results) == (Gap(("docs/a.yaml",), ignored.why, ()),)


def test_a_check_that_is_switched_off_is_told_and_a_broken_one_is_left_to_the_verdict() -> None:
    off = CheckResult("schema", Outcome.SKIPPED, (), Coverage(), "switched off in .fairlead.yaml", 0.0)
    broken = CheckResult("yaml_lint", Outcome.BROKEN, (), Coverage(), "a fault", 0.0)
    assert gaps(Report("b", "h", None, (off, broken))) == (Gap(("schema",), "switched off in .fairlead.yaml", ()),)
