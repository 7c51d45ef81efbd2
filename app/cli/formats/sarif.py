"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as code scanning takes it.

A finding's `baselineState` says whether the change brought it about; `partialFingerprints` let it be followed over commits.
"""

import json
from importlib.metadata import version
from urllib.parse import quote

from app.cli.formats import Judged
from validators.model import CheckResult, Finding, FindingStatus, Location, Outcome, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_STATES = {FindingStatus.NEW: "new", FindingStatus.EXISTING: "unchanged", FindingStatus.FIXED: "absent"}

Json = dict[str, object]


def render(judged: Judged) -> str:
    """One SARIF log with one run."""
    findings = judged.report.findings
    run = {
        "tool": {"driver": {"name": "Fairlead", "version": version("fairlead"), "rules": _rules(findings)}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(judged.report.results)],
        "results": [_result(finding) for finding in findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rules(findings: tuple[Finding, ...]) -> list[Json]:
    links = {finding.rule: finding.help_url for finding in findings}
    return [{"id": rule, **({"helpUri": link} if link else {})} for rule, link in sorted(links.items())]


def _invocation(results: tuple[CheckResult, ...]) -> Json:
    """Whether all validators ran; what was not looked at stands in the notifications."""
    notes = [
        {"level": "error" if result.outcome is Outcome.BROKEN else "note", "message": _text(f"{result.validator}: {said}")}
        for result in results
        for said in _said_of(result)
    ]
    successful = all(result.outcome is not Outcome.BROKEN for result in results)
    return {"executionSuccessful": successful, "toolExecutionNotifications": notes}


def _said_of(result: CheckResult) -> list[str]:
    explanation = [result.explanation] if result.outcome is not Outcome.COMPLETED else []
    return [*explanation, *(f"not checked: {note.what}: {note.why}" for note in result.coverage.not_checked)]


def _result(finding: Finding) -> Json:
    fixes = {"fixes": [_fix(finding)]} if finding.suggestion else {}
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": _text(finding.message),
        "locations": [{"physicalLocation": _physical(finding.location)}],
        "partialFingerprints": {"fairlead/v1": finding.fingerprint},
        "baselineState": _STATES[finding.status],
        **fixes,
    }


def _physical(location: Location) -> Json:
    region = {"startLine": location.line, "endLine": location.end_line, "startColumn": location.column}
    known = {key: value for key, value in region.items() if value is not None and location.line is not None}
    return {**_artifact(location.path), **({"region": known} if known else {})}


def _artifact(path: str) -> Json:
    return {"artifactLocation": {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}}


def _fix(finding: Finding) -> Json:
    suggestion = finding.suggestion
    assert suggestion is not None  # noqa: S101 the caller asked
    lines = {"startLine": suggestion.start_line, "startColumn": 1, "endLine": suggestion.end_line + 1, "endColumn": 1}
    replacement = {"deletedRegion": lines, "insertedContent": {"text": suggestion.text + "\n"}}
    return {"artifactChanges": [{**_artifact(finding.location.path), "replacements": [replacement]}]}


def _text(message: str) -> Json:
    return {"text": message}
