"""Times as GitHub writes them."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """The present, to the second."""
    return stamp(datetime.now(UTC))


def in_future(by: timedelta) -> str:
    """The present plus `by`."""
    return stamp(datetime.now(UTC) + by)


def stamp(moment: datetime) -> str:
    """A moment as 2026-01-02T03:04:05Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The other way round."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def from_git(text: str) -> str:
    """A time as git writes it, with its zone, as the API shows times."""
    return stamp(datetime.fromisoformat(text))
