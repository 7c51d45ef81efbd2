"""GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).

GitLab compares the reports of two pipelines by itself, so findings that were there before are in it too.
"""

import json

from app.cli.formats import Judged
from validators.model import FindingStatus, Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(judged: Judged) -> str:
    """One JSON list."""
    issues = [
        {
            "description": finding.message,
            "check_name": finding.rule,
            "fingerprint": finding.fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": finding.location.path, "lines": {"begin": finding.location.line or 1}},
        }
        for finding in judged.report.findings
        if finding.status is not FindingStatus.FIXED
    ]
    return json.dumps(issues, indent=2) + "\n"
