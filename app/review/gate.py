"""The status that gates the merge. Forges keep statuses at commits, so open changes with one head have one status between them:
it says what is true of the worst of them, and as long as one is not judged it is pending.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.forges.base import StatusState

CHECKS = "fairlead/checks"
"""The context of the status."""

_WORST_FIRST = (StatusState.PENDING, StatusState.ERROR, StatusState.FAILURE, StatusState.SUCCESS)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one open change has to say at its head. `number` is the change's, `page_url` where there is more."""

    number: int
    state: StatusState
    headline: str
    page_url: str


def worst(own: Claim, others: Sequence[Claim]) -> Claim:
    """What the status says: the worst claim, of two as bad the one of the older change, which is named if it is not the only
    one."""
    claims = sorted((own, *others), key=lambda claim: (_WORST_FIRST.index(claim.state), claim.number))
    first = claims[0]
    if not others or first.state is StatusState.SUCCESS:
        return first
    return Claim(first.number, first.state, f"#{first.number}: {first.headline}", first.page_url)
