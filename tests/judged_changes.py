"""Changes as the store has them once they are judged, for tests of what is shown of them."""

from app.forges.base import Account, ChangeRef, ChangeState, ProposedChange, RepositoryRef
from app.store.ledger import Ledger
from app.store.model import Judgement
from app.store.read import Excerpt
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
    ResourceChange,
    ResourceId,
    Severity,
    Suggestion,
    Verdict,
    VerdictState,
)

HEAD, BASE = "e81c40d" + "0" * 33, "5b7f2a9" + "0" * 33
WEB = ResourceId("apps/v1", "Deployment", "shop", "web")


def proposed(number: int = 7, title: str = "Scale the shop window", state: ChangeState = ChangeState.OPEN) -> ProposedChange:
    """A pull request of Ada's."""
    return ProposedChange(
        ref=ChangeRef(RepositoryRef("github", "shop/gitops"), number),
        title=title,
        author=Account("12", "ada"),
        state=state,
        draft=False,
        base_branch="main",
        base=BASE,
        head_branch="scale",
        head=HEAD,
        head_ref=f"refs/pull/{number}/head",
        head_repository="shop/gitops",
        labels=(),
        url=f"https://forge.test/shop/gitops/pull/{number}",
    )


def finding(status: FindingStatus = FindingStatus.NEW, **more: object) -> Finding:
    """A misspelt field."""
    plain: dict[str, object] = {
        "rule": "schema/unknown-field",
        "severity": Severity.ERROR,
        "title": "Field that a Deployment does not have",
        "message": "`spec.minReadySecond` is not a field; did you mean `minReadySeconds`?",
        "location": Location("apps/web/deployment.yaml", 11, 11, 3),
        "status": status,
        "fingerprint": "a1f39c02",
        "resource": WEB,
        "suggestion": Suggestion(11, 11, "  minReadySeconds: 5"),
    }
    return Finding(**(plain | more))  # type: ignore[arg-type] # the table above has the types


def judgement(*findings: Finding) -> Judgement:
    """What a run came to that found these, with one resource updated and one left out."""
    gap = NotChecked("KafkaTopic/orders", "no schema for kafka.strimzi.io/v1beta2")
    check = CheckResult("schema", Outcome.COMPLETED, findings, Coverage(1, 2, (gap,)), "", 0.1)
    new = sum(one.status is FindingStatus.NEW for one in findings)
    state = VerdictState.FAILURE if new else VerdictState.SUCCESS
    headline = f"{new} error blocks the merge" if new else "Ready to merge"
    update = ResourceChange(
        "apps/web", Action.UPDATE, WEB, (FieldChange("spec.replicas", "2", "3"),), ("`web` is down meanwhile.",)
    )
    excerpt = Excerpt(10, ("spec:", "  minReadySecond: 5  # enough", "  replicas: 3"))
    return Judgement("f" * 40, Verdict(state, headline), (check,), tuple(excerpt for _ in findings), (update,), {}, 8.4)


async def judged(ledger: Ledger, result: Judgement, change: ProposedChange | None = None) -> tuple[str, str]:
    """A change with a run that is over; gives the ids of both."""
    taken = await ledger.take_up(change or proposed())
    assert taken.run is not None
    await ledger.judging(taken.run, ())
    await ledger.judged(taken.run, result)
    await ledger.done(taken.run, ())
    key = await ledger.key(taken.run)
    assert key is not None
    return key.change, taken.run
