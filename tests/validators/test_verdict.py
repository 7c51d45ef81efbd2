"""The answer and its reasons, as a commit status and a terminal show them."""

import pytest

from validators.model import (
    CheckResult,
    Coverage,
    Finding,
    FindingStatus,
    Location,
    Outcome,
    Problem,
    Report,
    Severity,
    VerdictState,
)
from validators.settings import FailOn
from validators.verdict import configuration_verdict, tally, verdict


def finding(severity: str = "error", status: str = "new", rule: str = "schema/unknown-field") -> Finding:
    return Finding(rule, Severity(severity), "t", "it is so.", Location("web.yaml", 3), FindingStatus(status), "f")


def report(*findings: Finding, outcome: Outcome = Outcome.COMPLETED, explanation: str = "") -> Report:
    return Report("b", "h", None, (CheckResult("schema", outcome, findings, Coverage(), explanation, 0.1),))


@pytest.mark.parametrize(
    ("found", "fail_on", "state", "headline"),
    [
        ((), "error", "success", "Ready to merge"),
        ((finding(),), "error", "failure", "1 error blocks the merge"),
        ((finding(), finding()), "error", "failure", "2 errors block the merge"),
        ((finding(status="existing"), finding(status="fixed")), "error", "success", "Ready to merge"),
        ((finding("warning"),), "error", "success", "Ready to merge"),
        ((finding("warning"), finding()), "warning", "failure", "1 error and 1 warning block the merge"),
        ((finding("info"),), "warning", "success", "Ready to merge"),
        ((finding(),), "never", "success", "Ready to merge"),
    ],
)
def test_only_new_findings_fail_a_change(found: tuple[Finding, ...], fail_on: str, state: str, headline: str) -> None:
    answer = verdict(report(*found), fail_on=FailOn(fail_on))
    assert (answer.state.value, answer.headline) == (state, headline)


def test_what_does_not_block_is_told() -> None:
    answer = verdict(
        report(finding("warning"), finding(status="existing"), finding(status="existing"), finding(status="fixed"))
    )
    assert answer.reasons == (
        "1 warning brought about by the change, which does not block.",
        "2 errors at the base already, left alone.",
        "1 error fixed.",
    )


def test_what_blocks_is_counted_by_rule() -> None:
    answer = verdict(report(finding(), finding(), finding(rule="yaml/syntax")))
    assert answer.reasons == ("3 errors brought about by the change: 2x schema/unknown-field and 1x yaml/syntax.",)


@pytest.mark.parametrize("fail_on", FailOn)
def test_a_broken_validator_is_an_error_whatever_fails_a_change(fail_on: FailOn) -> None:
    answer = verdict(report(outcome=Outcome.BROKEN, explanation="kubeconform is not installed"), fail_on=fail_on)
    assert answer.state is VerdictState.ERROR
    assert answer.headline == "Can't judge: schema could not run: kubeconform is not installed"


def test_a_limit_that_the_base_hit_too_is_no_success() -> None:
    answer = verdict(report(finding(status="existing", rule="yaml/limit")))
    assert answer.state is VerdictState.ERROR
    assert answer.reasons[0] == "web.yaml: it is so."


@pytest.mark.parametrize("fail_on", FailOn)
def test_a_limit_that_the_change_hits_is_no_success_whatever_fails_a_change(fail_on: FailOn) -> None:
    answer = verdict(report(finding(rule="yaml/limit")), fail_on=fail_on)
    assert answer.state is (VerdictState.ERROR if fail_on is FailOn.NEVER else VerdictState.FAILURE)


def test_where_not_all_could_be_judged_nothing_new_is_not_said_to_be_all() -> None:
    assert tally((), VerdictState.SUCCESS) == "New: none. Existing, left alone: none. Fixed: none."
    assert tally((), VerdictState.ERROR) == "New, as far as could be judged: none. Existing, left alone: none. Fixed: none."


def test_a_headline_fits_a_commit_status() -> None:
    answer = verdict(report(outcome=Outcome.BROKEN, explanation="long " * 100))
    assert len(answer.headline) <= 120
    assert answer.headline.endswith("…")


def test_a_broken_configuration_is_named_by_file_and_line() -> None:
    problem = Problem("config/unknown-key", Severity.ERROR, "no such key", Location(".fairlead.yaml", 7), "x")
    answer = configuration_verdict([problem], base="main", remedy="Mend it first.")
    assert answer.state is VerdictState.ERROR
    assert answer.headline == "Can't judge: `.fairlead.yaml` line 7 at the base (main): no such key"
    assert answer.reasons == ("`.fairlead.yaml` line 7 at the base (main): no such key", "Mend it first.")


def test_a_broken_configuration_of_ones_own_is_not_said_to_be_at_the_base() -> None:
    problem = Problem("config/unknown-key", Severity.ERROR, "no such key", Location("mine.yaml", 7), "x")
    answer = configuration_verdict([problem], base="", remedy="")
    assert (answer.headline, answer.reasons) == (
        "Can't judge: `mine.yaml` line 7: no such key",
        ("`mine.yaml` line 7: no such key",),
    )
