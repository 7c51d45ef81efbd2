"""What is written down: the plain data that runs and webhooks hand to the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.forges.base import ChangeRef, Event
from app.store.read import Excerpt, RunState
from validators.model import CheckResult, ResourceChange, Verdict


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What there is to do after a look at a change: the run to start (or to go on with), and the runs to stop.

    `relieved` are the newest runs of other open changes with the head that this one had: their status spoke for it too.
    """

    run: str | None
    superseded: tuple[str, ...]
    relieved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunKey:
    """Which head of which change a run judges, upon which base."""

    run: str
    change: str
    ref: ChangeRef
    head: str
    base: str
    state: RunState


@dataclass(frozen=True, slots=True)
class Sharing:
    """Another open change with the same head. `verdict` is None while its newest run has none; `reference` is what the log has
    more under when that run failed by our own fault, else ""."""

    change: str
    number: int
    verdict: Verdict | None
    reference: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run came to, masked. `excerpts` stand in the order of all findings of `results`.

    `standing` is what publishing needs besides, as plain data; the store only keeps it.
    """

    merge_result: str | None
    verdict: Verdict
    results: tuple[CheckResult, ...]
    excerpts: tuple[Excerpt | None, ...]
    effects: tuple[ResourceChange, ...]
    standing: Mapping[str, object]
    seconds: float


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery as it was stored. `settled` is None until it was acted on; `subject` is alike for deliveries of one thing."""

    forge: str
    id: str
    event: Event
    subject: str
    received: datetime
    settled: datetime | None
