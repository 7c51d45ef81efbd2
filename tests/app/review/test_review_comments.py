"""Whole comments as people see them, kept as snapshots."""

from dataclasses import replace

import pytest
from review_samples import AROUND, BASE, PAGE, WEB, finding, judged, with_limit
from syrupy.assertion import SnapshotAssertion

from app.review import inline, obstacles, summary
from app.review.defects import by_place
from app.review.fit import length
from app.review.standing import Conflicting, Faulty, Misconfigured
from validators.model import (
    Action,
    FieldChange,
    FindingStatus,
    Location,
    NotChecked,
    Outcome,
    Problem,
    ResourceChange,
    ResourceId,
    Severity,
    Suggestion,
)

MEMORY = FieldChange("spec.template.spec.containers[search].resources.limits.memory", "1536Mi", "2Gi")
SEARCH = ResourceId("apps/v1", "Deployment", "search", "search")
CACHE = ResourceId("v1", "PersistentVolumeClaim", "cart", "cart-cache")
MONITOR = ResourceId("monitoring.coreos.com/v1", "PodMonitor", "web", "web")
TIER = FieldChange("spec.selector.matchLabels.tier", None, "frontend")


def test_ready(snapshot: SnapshotAssertion) -> None:
    fixed = [finding(f"mended {n}", status=FindingStatus.FIXED) for n in range(2)]
    existing = [finding(f"old {n}", status=FindingStatus.EXISTING) for n in range(11)]
    update = ResourceChange("search/prod-eu-1", Action.UPDATE, SEARCH, (MEMORY,))
    assert summary.judged(judged(*fixed, *existing, changes=[update]), AROUND) == snapshot


def test_blocked(snapshot: SnapshotAssertion) -> None:
    findings = [
        finding(
            "`Deployment/web`: the update will be refused, `spec.selector` can't change after creation. Give it a new name.",
            rule="change/immutable-field",
            unit=f"web/prod-{n}",
            key=f"91e2b7{n:02}",
        )
        for n in range(14)
    ]
    findings += [
        finding(
            "Container `metrics` has no resource requests.",
            line=58,
            end_line=62,
            severity=Severity.WARNING,
            rule="workload/requests",
        ),
        finding(
            "No kustomization lists this file; it will never be applied",
            "apps/web/overlays/dev sandbox/networkpolicy.yaml",
            1,
            severity=Severity.INFO,
        ),
        finding("`image` has no tag", line=20, status=FindingStatus.EXISTING),
    ]
    changes = [
        ResourceChange(
            "cart/prod-eu-1", Action.DELETE, CACHE, risks=("`PersistentVolumeClaim/cart-cache` goes with its 200 GiB",)
        ),
        *(
            ResourceChange(f"web/prod-{n}", Action.REPLACE, WEB, (TIER,), ("`web` is down until it is recreated",))
            for n in range(14)
        ),
        *(ResourceChange(f"web/prod-{n}", Action.CREATE, MONITOR, (TIER,) * 9) for n in range(14)),
    ]
    left_out = [NotChecked("KafkaTopic", "no schema"), NotChecked("charts/redis.yaml", "Helm template")]
    assert summary.judged(judged(*findings, changes=changes, not_checked=left_out, seconds=12.4), AROUND) == snapshot


def test_one_misspelt_field_in_many_files_is_one_row(snapshot: SnapshotAssertion) -> None:
    message = "`spec.replica` is not a field of Deployment. Did you mean `replicas`?"
    findings = [finding(message, f"apps/shop/overlays/eu{n:02}/deployment.yaml", 9) for n in range(14)]
    assert summary.judged(judged(*findings), AROUND) == snapshot


def test_a_validator_that_could_not_run(snapshot: SnapshotAssertion) -> None:
    broken = judged(outcome=Outcome.BROKEN, explanation="kubeconform is not on PATH; `make tools` provides it")
    assert summary.judged(broken, AROUND) == snapshot


def test_cannot_judge_with_a_broken_configuration(snapshot: SnapshotAssertion) -> None:
    text = 'version: 1\nignore:\n  - "docs/**"\nschema:\n  engine: auto\nfail_on: error\nkubernetes_verison: "1.31"\n'
    problem = Problem(
        rule="configuration/unknown-key",
        severity=Severity.ERROR,
        message="`kubernetes_verison` is not a setting. Did you mean `kubernetes_version`?",
        location=Location(".fairlead.yaml", 7, 7, 1),
        about="kubernetes_verison",
    )
    other = replace(problem, message="`fail_on` is one of `error`, `warning`, `never`.", location=Location(".fairlead.yaml", 6))
    remedy = (
        "Mend `.fairlead.yaml` on a pull request of its own first: one that touches nothing else is judged by its own version."
    )
    assert obstacles.misconfigured(Misconfigured(BASE, (problem, other), text, remedy, 0.2), AROUND) == snapshot


def test_conflict(snapshot: SnapshotAssertion) -> None:
    assert obstacles.conflicting(Conflicting(BASE, ("apps/web/base/deployment.yaml", "README.md"), 0.31), AROUND) == snapshot


def test_our_fault(snapshot: SnapshotAssertion) -> None:
    assert obstacles.faulty(Faulty("FL-7Q2M-91XA"), AROUND) == snapshot


def test_what_workers_died_of(snapshot: SnapshotAssertion) -> None:
    assert obstacles.faulty(Faulty("FL-7Q2M-91XA", deaths=3), AROUND) == snapshot


def test_cut_at_the_limit_folded_parts_go_first_and_whole(snapshot: SnapshotAssertion) -> None:
    changes = [
        ResourceChange(f"unit{n}/prod", Action.UPDATE, SEARCH, (FieldChange("spec.replicas", str(n), str(n + 1)),))
        for n in range(40)
    ]
    body = summary.judged(judged(finding("`spec.replica` is not a field"), changes=changes), with_limit(1500))
    assert length(body) <= 1500
    assert body.count("<details>") == body.count("</details>")
    assert body == snapshot


def test_ten_thousand_findings_stay_below_the_limit_and_say_how_many_are_left() -> None:
    findings = [finding(f"defect {n} " + "x" * 100_000, f"apps/{n}.yaml") for n in range(100)]
    findings += [finding(f"defect {n}", f"apps/{n}.yaml") for n in range(100, 10_000)]
    body = summary.judged(judged(*findings), AROUND)
    assert length(body) <= 65_000
    assert f"9,980 more findings on the [page]({PAGE})." in body
    assert body.rstrip().endswith("</sub>")


@pytest.mark.parametrize("limit", [60, 300, 700, 1200, 3000, 20000])
def test_whatever_the_limit_the_answer_stays(limit: int) -> None:
    findings = [finding(f"defect {n} of `{'@' * 300}`", f"{'deep/' * 60}{n}.yaml") for n in range(30)]
    body = summary.judged(judged(*findings), with_limit(limit))
    assert "30 errors block the merge" in body
    assert body.count("```") % 2 == 0
    if limit >= 300:
        assert length(body) <= limit


def test_an_inline_comment_with_a_suggestion(snapshot: SnapshotAssertion) -> None:
    found = finding(
        "`ConfigMap/web-settings` has `LOG_LEVEL`, not `LOGLEVEL`. New pods will wait in CreateContainerConfigError. Third sentence.",
        line=37,
        title="key that the ConfigMap does not have",
        rule="reference/config-key",
        severity=Severity.WARNING,
        key="5d1f0c",
        unit="web/prod",
        suggestion=Suggestion(37, 37, "                  key: LOG_LEVEL"),
        help_url="https://kubernetes.io/docs/reference/",
    )
    comment = inline.comment(by_place([found])[0], {found.location.path: frozenset({36, 37})}, AROUND)
    assert comment is not None
    assert (comment.path, comment.start_line, comment.line, comment.key) == (found.location.path, None, 37, "5d1f0c")
    assert comment.body == snapshot


def test_an_inline_comment_without_a_title_says_nothing_twice(snapshot: SnapshotAssertion) -> None:
    found = finding("`spec.replica` is not a field of Deployment. Did you mean `replicas`?", key="91e2b7")
    assert inline.body(by_place([found])[0], found.fingerprint, None, AROUND) == snapshot
