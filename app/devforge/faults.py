"""What shall go wrong on this forge, and when: the switches by which tests make GitHub's bad days.

In the forge's own process use `forge.faults`; from another one the same over HTTP, see `fault_port`. Nothing goes wrong until
it is asked for. Some ways to spoil a request whose path contains "/statuses/":

    faults.add(RequestFault(way=Way.DROP, method="POST", path="/statuses/"))             nothing is done, the connection ends
    faults.add(RequestFault(way=Way.DROP, method="POST", path="/statuses/", done=True))  it is done, the answer gets lost
    faults.add(RequestFault(way=Way.ANSWER, path="/statuses/", status=503, times=20))    the next twenty get a 503
    faults.add(RequestFault(way=Way.ANSWER, path="/statuses/", done=True))               it is done, and a 502 is answered
    faults.add(RequestFault(way=Way.DELAY, path="/statuses/", seconds=30))               it is done, the answer comes late

and a webhook:

    faults.add(WebhookFault(way=Sending.DROP, event="pull_request"))               fails, and stays in the delivery log
    faults.add(WebhookFault(way=Sending.DUPLICATE, event="push", copies=100))      comes that often, with the same GUID
    faults.add(WebhookFault(way=Sending.DELAY, event="push", seconds=5))           later ones overtake it
    faults.add(WebhookFault(way=Sending.SWAP, event="", times=None, chance=0.2))   one in five is overtaken by the next

`faults.lag(seconds)` lets reads see the state of up to so many seconds ago, as GitHub's replicas do.
"""

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import ConfigDict


class Way(StrEnum):
    """How a request goes wrong: no answer, another answer, or the true one late."""

    DROP = "drop"
    ANSWER = "answer"
    DELAY = "delay"


class Sending(StrEnum):
    """How a webhook goes wrong."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    DELAY = "delay"
    SWAP = "swap"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFault:
    """A request to the API or by git that goes wrong.

    `method` is matched whole and `path`, a regular expression, anywhere in the path without its query; "" matches all. With
    `done` the request does what it should before its answer is lost or replaced; one that is late is always done. `status`,
    `headers` and `body` are what is answered; `seconds` are waited first. `skip` matching requests go well, then `times` go
    wrong (None: until lifted), each with the probability `chance`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    way: Way
    method: str = ""
    path: str = ""
    done: bool = False
    status: int = 502
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0
    skip: int = 0
    times: int | None = 1
    chance: float = 1.0
    on: Literal["request"] = "request"

    def matches(self, method: str, path: str) -> bool:
        """Whether this is about such a request."""
        return self.method in ("", method) and re.search(self.path, path) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFault:
    """A webhook that goes wrong. `event` is its name, as "push", or with its action, as "pull_request.opened"; "" any.

    `copies` counts all that arrive of a duplicated one. `seconds` are waited before a delayed one; a swapped one waits no
    longer than that for the next of its repository. `skip`, `times` and `chance` as in RequestFault. A redelivery goes wrong
    like any other.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    way: Sending
    event: str = ""
    copies: int = 2
    seconds: float = 1.0
    skip: int = 0
    times: int | None = 1
    chance: float = 1.0
    on: Literal["webhook"] = "webhook"

    def matches(self, event: str, action: str) -> bool:
        """Whether this is about such an event."""
        return self.event in ("", event, f"{event}.{action}")


Fault = RequestFault | WebhookFault


@dataclass(frozen=True, slots=True)
class Struck:
    """What a fault did: the number that `Faults.add` gave, and the request ("POST /api/v3/...") or event that it hit."""

    fault: int
    what: str


@dataclass(slots=True)
class _Standing:
    fault: Fault
    met: int = 0
    struck: int = 0


class Faults:
    """The faults that stand now. Chance is drawn from `seed`, the fault's number and how often it was met: the same again for
    the same seed. Safe to use from any thread."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._standing: dict[int, _Standing] = {}
        self._last = 0
        self._struck: list[Struck] = []
        self._lag_seconds = 0.0
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> int:
        """Let this go wrong from now on, after the faults that stand already; gives its number."""
        with self._lock:
            self._last += 1
            self._standing[self._last] = _Standing(fault)
            return self._last

    def lift(self, number: int) -> None:
        """Let this go well again."""
        with self._lock:
            self._standing.pop(number, None)

    def lift_all(self, *, seed: int | None = None) -> None:
        """Let everything go well again, and forget what went wrong; with another seed, begin a new history."""
        with self._lock:
            self._standing.clear()
            self._struck.clear()
            self._lag_seconds = 0.0
            if seed is not None:
                self._seed, self._last = seed, 0

    def lag(self, seconds: float) -> None:
        """From now on reads see the state of up to `seconds` ago; 0 ends it."""
        self._lag_seconds = seconds

    @property
    def lag_seconds(self) -> float:
        """How old the state that reads see may be."""
        return self._lag_seconds

    @property
    def standing(self) -> Mapping[int, Fault]:
        """The faults that may still strike, by their numbers."""
        with self._lock:
            return {number: one.fault for number, one in self._standing.items()}

    @property
    def struck(self) -> tuple[Struck, ...]:
        """What went wrong so far, in order."""
        with self._lock:
            return tuple(self._struck)

    def of_request(self, method: str, path: str) -> RequestFault | None:
        """The fault that this request meets, taken from what is left of it."""
        with self._lock:
            for number, one in list(self._standing.items()):
                fault = one.fault
                if isinstance(fault, RequestFault) and fault.matches(method, path) and self._strikes(number, one):
                    self._struck.append(Struck(number, f"{method} {path}"))
                    return fault
        return None

    def of_webhook(self, event: str, action: str) -> WebhookFault | None:
        """The fault that this delivery meets, likewise."""
        with self._lock:
            for number, one in list(self._standing.items()):
                fault = one.fault
                if isinstance(fault, WebhookFault) and fault.matches(event, action) and self._strikes(number, one):
                    self._struck.append(Struck(number, f"{event}.{action}" if action else event))
                    return fault
        return None

    def _strikes(self, number: int, one: _Standing) -> bool:
        one.met += 1
        if one.met <= one.fault.skip:
            return False
        drawn = random.Random(f"{self._seed} {number} {one.met}").random()  # noqa: S311 - nobody must not guess it
        if drawn >= one.fault.chance:
            return False
        one.struck += 1
        if one.fault.times is not None and one.struck >= one.fault.times:
            del self._standing[number]
        return True
