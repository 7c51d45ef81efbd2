"""What happened to a change, by day."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from app.store.read import Moment, MomentKind

_ICONS = {
    MomentKind.OPENED: "commit",
    MomentKind.PUSHED: "commit",
    MomentKind.CLOSED: "skipped",
    MomentKind.MERGED: "merged",
    MomentKind.JUDGED: "ring",
    MomentKind.SUPERSEDED: "skipped",
    MomentKind.FAILED: "broken",
    MomentKind.PUBLISHED: "comment",
}


@dataclass(frozen=True, slots=True)
class MomentLine:
    """An entry of the timeline with its symbol."""

    at: datetime
    icon: str
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the timeline, newest first."""

    title: str
    moments: tuple[MomentLine, ...]


def days(timeline: tuple[Moment, ...]) -> tuple[Day, ...]:
    """The timeline, newest first, cut at midnight UTC."""
    by_day = groupby(timeline, key=lambda moment: moment.at.astimezone(UTC).date())
    return tuple(Day(f"{day.day} {day:%B %Y}", tuple(map(_moment, moments))) for day, moments in by_day)


def _moment(moment: Moment) -> MomentLine:
    return MomentLine(moment.at, _ICONS[moment.kind], moment.text, moment.detail)
