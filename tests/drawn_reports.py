"""Reports as hypothesis draws them, for the tests that hold formats to them."""

from hypothesis import strategies as st

from validators.model import (
    Action,
    CheckResult,
    Coverage,
    FieldChange,
    Finding,
    FindingStatus,
    Location,
    NotChecked,
    Outcome,
    Report,
    ResourceChange,
    ResourceId,
    Severity,
    Suggestion,
    Verdict,
    VerdictState,
)

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
lines = st.none() | st.integers(1, 9999)
resources = st.builds(ResourceId, text, text, text, text)
findings = st.builds(
    Finding,
    rule=text,
    severity=st.sampled_from(Severity),
    title=text,
    message=text,
    location=st.builds(Location, text, lines, lines, lines),
    status=st.sampled_from(FindingStatus),
    fingerprint=text,
    resource=st.none() | resources,
    unit=st.none() | text,
    help_url=st.none() | text,
    suggestion=st.none() | st.builds(Suggestion, st.integers(1, 99), st.integers(1, 99), text),
)
coverages = st.builds(
    Coverage,
    files=st.integers(0, 99),
    resources=st.integers(0, 99),
    not_checked=st.lists(st.builds(NotChecked, text, text), max_size=3).map(tuple),
)
results = st.builds(
    CheckResult,
    validator=text,
    outcome=st.sampled_from(Outcome),
    findings=st.lists(findings, max_size=4).map(tuple),
    coverage=coverages,
    explanation=text,
    seconds=st.integers(0, 99_999).map(lambda thousandths: thousandths / 1000),
)
changes = st.builds(
    ResourceChange,
    unit=text,
    action=st.sampled_from(Action),
    resource=resources,
    fields=st.lists(st.builds(FieldChange, text, st.none() | text, st.none() | text), max_size=2).map(tuple),
    risks=st.lists(text, max_size=2).map(tuple),
)
reports = st.builds(
    Report,
    base=text,
    head=text,
    merge_result=st.none() | text,
    results=st.lists(results, max_size=3, unique_by=lambda result: result.validator).map(tuple),
    changes=st.lists(changes, max_size=2).map(tuple),
)
verdicts = st.builds(Verdict, st.sampled_from(VerdictState), text, st.lists(text, max_size=2).map(tuple))
