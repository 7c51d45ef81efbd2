"""Small words for tests of app/review: a change, findings, results, and what is posted."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from app.forges.base import (
    Account,
    ChangeRef,
    ChangeState,
    Limits,
    PostedThread,
    ProposedChange,
    RepositoryRef,
)
from app.review.standing import Judged, Surroundings
from validators.model import (
    CheckResult,
    Coverage,
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
)
from validators.verdict import verdict

HEAD = "e81c40d7" + "0" * 32
BASE = "5b7f2a91" + "0" * 32
PAGE = "https://fairlead.acme.example/acme/fleet/4127"
WEB = ResourceId("apps/v1", "Deployment", "web", "web")

CHANGE = ProposedChange(
    ref=ChangeRef(RepositoryRef("github", "acme/fleet"), 4127),
    title="Web: label the pods by tier",
    author=Account("7", "tom"),
    state=ChangeState.OPEN,
    draft=False,
    base_branch="main",
    base=BASE,
    head_branch="web-tier",
    head=HEAD,
    head_ref="refs/pull/4127/head",
    head_repository="acme/fleet",
    labels=(),
    url="https://github.com/acme/fleet/pull/4127",
)


def line_url(path: str, first: int | None, last: int | None) -> str:
    anchor = f"#L{first}" if first else ""
    quoted = quote(path.encode("utf-8", "surrogatepass"))
    return f"https://github.com/acme/fleet/blob/{HEAD}/{quoted}{anchor}" + (f"-L{last}" if last and last != first else "")


AROUND = Surroundings(
    change=CHANGE,
    page_url=PAGE,
    rules_url="https://fairlead.acme.example/rules",
    line_url=line_url,
    limits=Limits(comment=65536, status_description=140),
    commands=("/check", "/help"),
)


def with_limit(comment: int) -> Surroundings:
    return replace(AROUND, limits=Limits(comment=comment, status_description=140))


def finding(
    message: str,
    path: str = "apps/web/base/deployment.yaml",
    line: int | None = 13,
    *,
    severity: Severity = Severity.ERROR,
    status: FindingStatus = FindingStatus.NEW,
    rule: str = "schema/unknown-field",
    title: str = "",
    key: str = "",
    resource: ResourceId | None = WEB,
    unit: str | None = None,
    end_line: int | None = None,
    suggestion: Suggestion | None = None,
    help_url: str | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        title=title or message,
        message=message,
        location=Location(path, line, end_line),
        status=status,
        fingerprint=key or f"{path}:{message}".encode("utf-8", "surrogatepass").hex()[:16],
        resource=resource,
        unit=unit,
        help_url=help_url,
        suggestion=suggestion,
    )


def judged(
    *findings: Finding,
    changes: Iterable[ResourceChange] = (),
    not_checked: Iterable[NotChecked] = (),
    outcome: Outcome = Outcome.COMPLETED,
    explanation: str = "",
    seconds: float = 2.06,
    inline_limit: int = 30,
    lines: Iterable[int] = range(1, 100),
) -> Judged:
    coverage = Coverage(files=3, resources=38, not_checked=tuple(not_checked))
    result = CheckResult("schema", outcome, findings, coverage, explanation, seconds)
    report = Report(BASE, HEAD, "c" * 40, (result,), tuple(changes))
    commentable = {f.location.path: frozenset(lines) for f in findings}
    return Judged(report, verdict(report), seconds, inline_limit, commentable)


def thread(
    key: str, *, resolved: bool = False, answered: bool = False, by_us: bool = False, path: str = "a.yaml"
) -> PostedThread:
    return PostedThread(f"t-{key}", key, path, 13, "", resolved, answered, by_us)
