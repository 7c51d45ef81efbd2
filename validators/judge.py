"""Runs the validators over both sides of a change and puts what they saw into one report.

One validator's failure never stops the others: a tool that is missing or fails, and a fault of our own, make its result
`broken` with the reason, so that nobody takes silence for a pass.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from validators.change import Change, ToolFailed, ToolMissing, Validator, View
from validators.compare import Ground, compare, ground
from validators.crowds import thinned
from validators.model import CheckResult, Coverage, Look, NotChecked, Outcome, Report, ResourceChange
from validators.views import base_view, result_view

log = logging.getLogger(__name__)

DRY_RUN = "dry_run"
"""The name under which the report says how much of the change's effects is known."""


class State(StrEnum):
    """How far a validator has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """One validator's way through the change: `done` of `total` files looked at, both sides counted."""

    validator: str
    done: int
    total: int
    state: State


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class _Sides:
    """What each validator is given, the same for all."""

    result: View
    base: View
    ignored: tuple[NotChecked, ...]
    ground: Ground

    @property
    def total(self) -> int:
        return len(self.result.paths) + len(self.base.paths)


def judge(  # noqa: PLR0913 what the report names is given one by one
    change: Change,
    validators: Sequence[Validator],
    *,
    base: str,
    head: str,
    merge_result: str | None,
    on_progress: OnProgress,
    whole: bool = False,
    key: bytes | None = None,
) -> Report:
    """The report about `change`; `base`, `head` and `merge_result` are the commit ids that it names.

    With `whole` every file is looked at, else those that the change touches. `on_progress` is called from this thread,
    first with each validator waiting, then as they come along. `key` makes the fingerprints that stand for secret values;
    without one they can be compared within this report only.
    """
    result, ignored = result_view(change, whole=whole)
    sides = _Sides(result, base_view(change, whole=whole), ignored, ground(change.files))
    for name in (*(validator.name for validator in validators), DRY_RUN):
        on_progress(Progress(name, 0, sides.total, State.WAITING))
    results = [
        _result(validator.name, partial(_compared, validator, sides, on_progress), sides, on_progress)
        for validator in validators
    ]
    effects: list[ResourceChange] = []
    results.append(_result(DRY_RUN, partial(_dry_run, change, key, effects), sides, on_progress))
    return Report(base=base, head=head, merge_result=merge_result, results=tuple(results), changes=tuple(effects))


def _result(name: str, work: Callable[[], CheckResult], sides: _Sides, on_progress: OnProgress) -> CheckResult:
    """One validator's result, whatever happens to it, with the time it took."""
    began = time.monotonic()
    if name in sides.result.settings.disabled:
        result = _without_findings(name, Outcome.SKIPPED, "switched off in .fairlead.yaml")
    else:
        on_progress(Progress(name, 0, sides.total, State.RUNNING))
        result = _guarded(name, work)
    on_progress(Progress(name, sides.total, sides.total, State.DONE))
    return replace(result, seconds=time.monotonic() - began)


def _guarded(name: str, work: Callable[[], CheckResult]) -> CheckResult:
    """One validator's result, with its failures told instead of raised."""
    try:
        return work()
    except (ToolMissing, ToolFailed) as failure:
        return _without_findings(name, Outcome.BROKEN, str(failure))
    except MemoryError:
        return _without_findings(name, Outcome.BROKEN, "it needs more memory than it may have")
    except Exception as fault:  # the one place where a validator's own fault must not take the others down
        reference = uuid.uuid4().hex[:8]
        log.exception("validator %s failed by a fault of its own, reference %s", name, reference)
        explanation = f"a fault of Fairlead's own ({type(fault).__name__}); its log says more under the reference {reference}"
        return _without_findings(name, Outcome.BROKEN, explanation)


def _compared(validator: Validator, sides: _Sides, on_progress: OnProgress) -> CheckResult:
    """What the validator found at the merge result, marked by what it found at the base."""
    found = validator.check(sides.result)
    on_progress(Progress(validator.name, len(sides.result.paths), sides.total, State.RUNNING))
    before = validator.check(sides.base)
    if before.outcome is Outcome.BROKEN and found.outcome is not Outcome.BROKEN:
        found = Look(outcome=Outcome.BROKEN, explanation=f"at the base: {before.explanation}", coverage=found.coverage)
    return CheckResult(
        validator=validator.name,
        outcome=found.outcome,
        findings=thinned(compare(found.problems, before.problems, sides.ground)),
        coverage=replace(found.coverage, not_checked=(*found.coverage.not_checked, *sides.ignored)),
        explanation=found.explanation,
        seconds=0.0,
    )


def _dry_run(change: Change, key: bytes | None, effects: list[ResourceChange]) -> CheckResult:
    """What the change would do to which resources, added to `effects`."""
    from validators.dry_run import changes

    found, coverage = changes(change, key)
    effects.extend(found)
    return CheckResult(DRY_RUN, Outcome.COMPLETED, (), coverage, "", 0.0)


def _without_findings(name: str, outcome: Outcome, explanation: str) -> CheckResult:
    return CheckResult(name, outcome, (), Coverage(), explanation, 0.0)
