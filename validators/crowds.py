"""Keeps a report readable where one defect fills a file: the first findings are told one by one, the rest are counted."""

from collections import defaultdict
from collections.abc import Iterable

from validators.compare import fingerprint
from validators.model import Finding, FindingStatus, Location
from validators.words import counted

MOST_ALIKE = 100
"""Findings of one rule and status in one file that are told one by one."""


def thinned(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in their order; where there are too many alike, one at the end stands for the rest, as severe as it."""
    told: list[Finding] = []
    alike: dict[tuple[str, str, FindingStatus], int] = defaultdict(int)
    rest: dict[tuple[str, str, FindingStatus], list[Finding]] = defaultdict(list)
    for finding in findings:
        crowd = (finding.location.path, finding.rule, finding.status)
        alike[crowd] += 1
        if alike[crowd] <= MOST_ALIKE:
            told.append(finding)
        else:
            rest[crowd].append(finding)
    return (*told, *(_rest(path, rule, status, left) for (path, rule, status), left in rest.items()))


def _rest(path: str, rule: str, status: FindingStatus, left: list[Finding]) -> Finding:
    worst = min((finding.severity for finding in left), key=lambda severity: severity.rank)
    more = counted(len(left), "more finding")
    return Finding(
        rule=rule,
        severity=worst,
        title=f"{more} of this kind",
        message=f"{more} of this kind in this file. Only the first {MOST_ALIKE} are told one by one.",
        location=Location(path),
        status=status,
        fingerprint=fingerprint((rule, path, status, "more"), 0),
    )
