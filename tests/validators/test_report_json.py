"""Reports survive the way through JSON, and what is no report is refused."""

import json

import pytest
from drawn_reports import reports, verdicts
from hypothesis import given, settings

from validators.model import (
    CheckResult,
    Coverage,
    Finding,
    FindingStatus,
    Location,
    Outcome,
    Report,
    Severity,
    Verdict,
    VerdictState,
)
from validators.report_json import BadReport, from_json, to_json


@settings(max_examples=60, deadline=None)
@given(reports, verdicts)
def test_what_goes_out_comes_back(report: Report, verdict: Verdict) -> None:
    assert from_json(json.loads(json.dumps(to_json(report, verdict)))) == (report, verdict)


def test_a_path_that_is_not_utf8_is_escaped() -> None:
    finding = Finding("r", Severity.ERROR, "t", "m", Location("a\udcff.yaml"), FindingStatus.NEW, "f")
    result = CheckResult("yaml_lint", Outcome.COMPLETED, (finding,), Coverage(), "", 0.0)
    report = to_json(Report("b", "h", None, (result,)), Verdict(VerdictState.SUCCESS, ""))
    assert from_json(report)[0].findings[0].location.path == "a\\xff.yaml"


def test_the_keys_that_the_format_promises() -> None:
    report = to_json(Report("b", "h", None, ()), Verdict(VerdictState.SUCCESS, "Ready to merge"))
    assert report["schema"] == "fairlead.report/v1"
    assert {"schema", "base", "head", "verdict", "validators", "findings", "changes"} <= report.keys()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"schema": "fairlead.report/v2"},
        {**to_json(Report("b", "h", None, ()), Verdict(VerdictState.SUCCESS, "")), "findings": [1]},
        {**to_json(Report("b", "h", None, ()), Verdict(VerdictState.SUCCESS, "")), "verdict": {"state": "fine"}},
    ],
)
def test_what_is_no_report_is_refused(data: object) -> None:
    with pytest.raises(BadReport):
        from_json(data)
