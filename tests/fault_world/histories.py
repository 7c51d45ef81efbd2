"""What happens to a change and to the world around it, drawn from a seed: the same again for the same seed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fault_world.world import KEYS, Change, World

from app.devforge.faults import Fault, RequestFault, Sending, Way, WebhookFault

SECONDARY = '{"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}'
EVENTS = ("", "pull_request", "pull_request.synchronize", "push", "issue_comment")


@dataclass(frozen=True)
class Event:
    """Something that happens, and the words for it; happening tells what was drawn for it."""

    words: str
    happen: Callable[[], str]


class History:
    """The life of one change. Each event is drawn when it is its turn, from the change's own numbers alone."""

    def __init__(self, change: Change, seed: int) -> None:
        self.change = change
        self.seed = seed
        self._draw = random.Random(seed)

    def __str__(self) -> str:
        return f"history {self.seed} ({self.change.name})"

    def events(self, how_many: int) -> Iterator[Event]:
        """The first opens the change."""
        yield self._named(self._push)
        for _ in range(how_many):
            kinds = [self._push] * 4 + [self._force_push, self._move_main, self._comment, self._delete_summary]
            kinds += [self._close, self._reopen] + [self._request_fault] * 5 + [self._git_fault]
            yield self._named(self._draw.choice(kinds))
        yield self._named(self._reopen)

    def _named(self, kind: Callable[[], str]) -> Event:
        return Event(f"{self}: {kind.__name__.strip('_').replace('_', ' ')}", kind)

    def _broken(self) -> frozenset[int]:
        return frozenset(key for key in range(1, KEYS + 1) if self._draw.random() < 0.25)

    def _push(self) -> str:
        return self.change.push(self._broken())

    def _force_push(self) -> str:
        if self.change.pull.state == "closed":
            return self._push()  # one that was pushed to with force while it was closed can't be reopened
        if self._draw.random() < 0.5 and len(self.change.heads) > 1:
            self.change.point(self._draw.choice(self.change.heads[:-1]))
            return "back"
        return self.change.push(self._broken(), onto=self.change.main)

    def _move_main(self) -> str:
        self.change.move_main()
        return "moved"

    def _comment(self) -> str:
        self.change.say("/check")
        return "said"

    def _delete_summary(self) -> str:
        self.change.delete_summary()
        return "deleted"

    def _close(self) -> str:
        self.change.set_state("closed")
        return "closed"

    def _reopen(self) -> str:
        if self.change.pull.state == "closed":
            self.change.set_state("open")
        return "open"

    def _request_fault(self) -> str:
        method = self._draw.choice(["", "POST", "PATCH", "GET"])
        return self._let(request_fault(self._draw, method, f"/repos/{self.change.name}/"))

    def _git_fault(self) -> str:
        return self._let(request_fault(self._draw, "", f"/{self.change.name}.git/"))

    def _let(self, fault: Fault) -> str:
        self.change.world.forge.faults.add(fault)
        return repr(fault)


def request_fault(draw: random.Random, method: str, path: str) -> RequestFault:
    """A way in which a request of the kind goes wrong, or some of them."""
    done = draw.random() < 0.5
    plain = RequestFault(way=Way.DROP, method=method, path=path, skip=draw.randint(0, 4), times=draw.randint(1, 3))
    match draw.choice(["drop", "answer", "limit", "delay"]):
        case "drop":
            return replace(plain, done=done)
        case "answer":
            return replace(plain, way=Way.ANSWER, done=done, status=draw.choice([500, 502, 503, 504]))
        case "limit":
            after = {"retry-after": "1"}
            return replace(plain, way=Way.ANSWER, status=draw.choice([403, 429]), headers=after, body=SECONDARY)
        case _:
            return replace(plain, way=Way.DELAY, seconds=draw.uniform(0.1, 1))


def webhook_fault(draw: random.Random) -> WebhookFault:
    """A way in which webhooks go wrong."""
    event, skip, times = draw.choice(EVENTS), draw.randint(0, 3), draw.randint(1, 5)
    way = draw.choice(list(Sending))
    seconds = draw.uniform(0.2, 2)
    return WebhookFault(way=way, event=event, copies=draw.randint(2, 5), seconds=seconds, skip=skip, times=times)


class Weather:
    """What happens to all changes at once."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._draw = random.Random(seed)

    def event(self) -> Event:
        """The next one."""
        kinds = [self._webhooks] * 4 + [self._tokens, self._lag, self._no_lag, self._kill, self._kill, self._deploy]
        kind = self._draw.choice(kinds)
        return Event(f"weather: {kind.__name__.strip('_').replace('_', ' ')}", kind)

    def _webhooks(self) -> str:
        fault = webhook_fault(self._draw)
        self._world.forge.faults.add(fault)
        return repr(fault)

    def _tokens(self) -> str:
        fault = request_fault(self._draw, "POST", "/access_tokens")
        self._world.forge.faults.add(fault)
        return repr(fault)

    def _lag(self) -> str:
        seconds = self._draw.uniform(0.2, 1.5)
        self._world.forge.faults.lag(seconds)
        return f"{seconds} s"

    def _no_lag(self) -> str:
        self._world.forge.faults.lag(0)
        return "0 s"

    def _kill(self) -> str:
        self._world.service.kill()
        return f"started as {self._world.service.start()}"

    def _deploy(self) -> str:
        status = self._world.service.terminate()
        return f"ended with {status}, started as {self._world.service.start()}"
