"""What was not looked at, as people read it: things that the same checks left out for one reason are told together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from validators.judge import DRY_RUN
from validators.model import CheckResult, NotChecked, Outcome, Report
from validators.words import listed

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """Things that were left out for one reason. `checks` are the validators that did, () where all did."""

    things: tuple[str, ...]
    why: str
    checks: tuple[str, ...]

    @property
    def named(self) -> str:
        """The first few of the things by their names."""
        left = len(self.things) - MOST_NAMES
        things = [*self.things]
        return listed(things if left <= 1 else [*things[:MOST_NAMES], f"{left:,} more"])


def gaps(report: Report) -> tuple[Gap, ...]:
    """Everything that was not looked at, in the validators' order; what is broken stands in the verdict."""
    return (*_skipped(report.results), *by_reason(report.results))


def by_reason(results: Iterable[CheckResult]) -> tuple[Gap, ...]:
    """What these validators left out, though they ran."""
    ran = [result for result in results if result.outcome is Outcome.COMPLETED]
    everybody = {result.validator for result in ran} - {DRY_RUN}
    checks: dict[NotChecked, dict[str, None]] = defaultdict(dict)
    for result in ran:
        for note in result.coverage.not_checked:
            checks[note][result.validator] = None
    things: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for note, by in checks.items():
        things[note.why, tuple(by)].append(note.what)
    return tuple(Gap(tuple(what), why, () if everybody <= {*by} else by) for (why, by), what in things.items())


def _skipped(results: Iterable[CheckResult]) -> Iterable[Gap]:
    return (Gap((result.validator,), result.explanation, ()) for result in results if result.outcome is Outcome.SKIPPED)
