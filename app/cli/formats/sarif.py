"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as code scanning takes it.

A finding's `baselineState` says whether the change brought it about; `partialFingerprints` let it be followed over commits.
"""

import json
import re
from importlib.metadata import version
from urllib.parse import quote

from app.cli.formats import Judged
from app.cli.rules import explained
from validators.model import CheckResult, Finding, FindingStatus, Location, Outcome, Severity
from validators.rules import rule
from validators.rules.reference import told

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_STATES = {FindingStatus.NEW: "new", FindingStatus.EXISTING: "unchanged", FindingStatus.FIXED: "absent"}
_WORD = re.compile(r"[A-Za-z0-9]+")
_WEB = re.compile(r"https?://")

Json = dict[str, object]


def render(judged: Judged) -> str:
    """One SARIF log with one run."""
    findings = judged.report.findings
    run = {
        "tool": {"driver": {"name": "Fairlead", "version": version("fairlead"), "rules": _rules(judged)}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(judged)],
        "results": [_result(finding) for finding in findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rules(judged: Judged) -> list[Json]:
    """The rules that findings name, each with the whole of its page."""
    links = {finding.rule: finding.help_url or "" for finding in judged.report.findings}
    return [_rule(name, judged.rules_url, link) for name, link in sorted(links.items())]


def _rule(name: str, rules_url: str, link: str) -> Json:
    """`rules_url` is where the pages of rules are, "" where nobody said; then what is written elsewhere has to do."""
    known = rule(name)
    address = f"{rules_url}/{quote(name)}" if rules_url else (known.source if known else "") or link
    identity: Json = {"id": name, "name": "".join(word.capitalize() for word in _WORD.findall(name))}
    if _WEB.match(address):
        identity["helpUri"] = quote(address, safe="/:?#@!$&*+,;=%~-._")
    if known is None:
        return identity
    return {
        **identity,
        "shortDescription": _text(f"{known.title}."),
        "fullDescription": _text(known.why),
        "help": {**_text(explained(known)), "markdown": told(known)},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
        "properties": {"tags": [name.partition("/")[0]]},
    }


def _invocation(judged: Judged) -> Json:
    """Whether all validators ran; what was not looked at stands in the notifications."""
    results = judged.report.results
    notes = [
        _notification("error" if result.outcome is Outcome.BROKEN else "note", f"{result.validator}: {said}")
        for result in results
        for said in _said_of(result)
    ]
    if not results:
        notes = [_notification("error", reason) for reason in judged.verdict.reasons]
    successful = bool(results) and all(result.outcome is not Outcome.BROKEN for result in results)
    return {"executionSuccessful": successful, "toolExecutionNotifications": notes}


def _notification(level: str, said: str) -> Json:
    return {"level": level, "message": _text(said)}


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
