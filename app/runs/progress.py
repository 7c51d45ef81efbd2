"""How far the steps of one run have come, told to those who watch often enough and no oftener."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from opentelemetry.trace import Span

from app import telemetry
from app.store.read import Step, StepState
from validators.judge import Progress

FETCH, PUBLISH = "fetch", "publish"
PAUSE_SECONDS = 0.2
"""At most so often are the steps written down."""

Tell = Callable[[Sequence[Step]], Awaitable[object]]


def from_the_start(names: Iterable[str], fetch: StepState = StepState.RUNNING) -> tuple[Step, ...]:
    """All steps of a run in which the validators `names` look at the change."""
    checks = (Step(name, StepState.WAITING) for name in names)
    return (Step(FETCH, fetch), *checks, Step(PUBLISH, StepState.WAITING))


def publishing(steps: Iterable[Step], state: StepState) -> tuple[Step, ...]:
    """The steps when everything but publishing is over."""
    return tuple(Step(one.name, state if one.name == PUBLISH else StepState.DONE, one.total, one.total) for one in steps)


class Steps:
    """The steps of one run; what the engine says of its progress goes in, and is told at intervals."""

    def __init__(self, steps: Sequence[Step], tell: Tell) -> None:
        self._steps = {step.name: step for step in steps}
        self._tell = tell
        self._changed = asyncio.Event()
        self._spans: dict[str, Span] = {}

    @property
    def now(self) -> tuple[Step, ...]:
        """As they are; publishing is always the last."""
        return (*(one for one in self._steps.values() if one.name != PUBLISH), self._steps[PUBLISH])

    def set(self, name: str, state: StepState) -> None:
        """A step without counts has come so far."""
        self._steps[name] = Step(name, state)
        self._changed.set()

    def heard(self, progress: Progress) -> None:
        """The engine says how far a validator has come."""
        state = StepState(progress.state.value)
        self._steps[progress.validator] = Step(progress.validator, state, progress.done, progress.total)
        self._changed.set()
        if state is StepState.RUNNING and progress.validator not in self._spans:
            self._spans[progress.validator] = telemetry.begun("check", check=progress.validator)
        elif state is StepState.DONE and progress.validator in self._spans:
            self._spans.pop(progress.validator).end()

    def over(self) -> None:
        """The engine says nothing any more, whether it came to the end or not."""
        while self._spans:
            self._spans.popitem()[1].end()

    async def keep_telling(self) -> None:
        """Tell every change, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._tell(self.now)
            await asyncio.sleep(PAUSE_SECONDS)
