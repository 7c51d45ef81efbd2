"""The words of a change's timeline."""

from app.forges.base import ChangeState, ProposedChange
from app.store.read import Counts, MomentKind
from validators.model import Verdict
from validators.words import counted, listed

_SHORT = 7
Told = tuple[MomentKind, str, str]
"""What sort of thing happened, in a sentence, and what else there is to say."""


def seen(change: ProposedChange, known_head: str | None, known_state: ChangeState | None) -> Told | None:
    """What the change as it stands now tells, compared with what was known of it; None for nothing new."""
    if change.state is not (known_state or ChangeState.OPEN):
        return _now(change.state)
    if known_head is None:
        return MomentKind.OPENED, f"{change.author.login} opened the change at {change.head[:_SHORT]}", ""
    if known_head != change.head:
        return MomentKind.PUSHED, f"New head {change.head[:_SHORT]}", f"after {known_head[:_SHORT]}"
    return None


def judged(head: str, base: str, seconds: float, verdict: Verdict, counts: Counts) -> Told:
    """A run came to a verdict."""
    text = f"Judged {head[:_SHORT]} on {base[:_SHORT]} in {seconds:.1f} s: {verdict.headline}"
    return MomentKind.JUDGED, text, _amounts(counts)


def superseded(head: str, newer: str | None) -> Told:
    """A run was stopped, since nobody waits for it any more."""
    return _stopped(head, f"{newer[:_SHORT]} came" if newer else "the change is no longer open")


def left(head: str) -> Told:
    """A run was stopped, since the change no longer looked as it did when the run began."""
    return _stopped(head, "the change is looked at again")


def _stopped(head: str, why: str) -> Told:
    return MomentKind.SUPERSEDED, f"Stopped judging {head[:_SHORT]}: {why}", ""


def failed(head: str, reference: str) -> Told:
    """A run ended by our own fault."""
    return MomentKind.FAILED, f"Judging {head[:_SHORT]} failed, and it is our fault", f"reference {reference}"


def published(kinds: list[str]) -> Told:
    """What was posted, told by the kinds of writes."""
    written = [counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds)]
    return MomentKind.PUBLISHED, f"Wrote {listed(written)}", ""


def _now(state: ChangeState) -> Told:
    match state:
        case ChangeState.OPEN:
            return MomentKind.OPENED, "The change was opened again", ""
        case ChangeState.MERGED:
            return MomentKind.MERGED, "Merged", ""
        case ChangeState.CLOSED:
            return MomentKind.CLOSED, "Closed without merging", ""


def _amounts(counts: Counts) -> str:
    new = [counted(number, f"new {severity}") for severity, number in counts.new.items() if number]
    others = [
        f"{number} {word}" for number, word in ((counts.existing, "existing left alone"), (counts.fixed, "fixed")) if number
    ]
    return ", ".join(new + others)
