"""When does a CronJob run? What the API server refuses of its schedule and its time zone.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
"""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.model import ResourceId
from validators.schema.core import group, versions
from validators.schema.cron import Unreadable, names_zone, read
from validators.schema.model import Violation
from validators.schema.wording import value_at

RULE = "schema/schedule"

_SCHEDULE: Path = ("spec", "schedule")
_ZONE: Path = ("spec", "timeZone")
_WITHOUT_ZONE_SINCE = "1.29"
_FORM = "five fields (minute, hour, day, month, weekday from 0 to 6) such as `30 3 * * 1-5`, or a word such as `@daily`"


def schedule_violations(named: ResourceId, value: dict[str, Value], release: str) -> Iterator[Violation]:
    """What is wrong with the times of a CronJob, nothing for other kinds. A wrong type is the schema's business."""
    if named.kind != "CronJob" or group(named.api_version) != "batch":
        return
    schedule, zone = value_at(value, _SCHEDULE), value_at(value, _ZONE)
    if isinstance(schedule, str):
        yield from _of_schedule(schedule, release, beside_zone=zone is not None)
    if isinstance(zone, str) and zone.lower() in {"", "local"}:
        message = f'`spec.timeZone` should be the name of a time zone such as `Europe/Berlin`, found `"{zone}"`'
        yield Violation(RULE, _ZONE, "no time zone", message)


def _of_schedule(schedule: str, release: str, *, beside_zone: bool) -> Iterator[Violation]:
    known = versions()
    if names_zone(schedule) and (beside_zone or known.index(release) >= known.index(_WITHOUT_ZONE_SINCE)):
        message = "`spec.schedule` may not name a time zone; it belongs in `spec.timeZone`"
        yield Violation(RULE, _SCHEDULE, "a time zone in the schedule", message)
        return
    try:
        read(schedule)
    except Unreadable as error:
        yield Violation(RULE, _SCHEDULE, "no schedule", f"`spec.schedule` can't be read: {error}; it should be {_FORM}")
