"""Server-sent events: a page hears of progress, of the end of a run, and of a newer head, without asking again and again.

Each stream ends by itself after a while and the browser comes back; one that nobody reads any more is closed at its next word.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.store.read import ChangePage
from app.store.store import Store
from app.web.change import LineUrl, change_page
from app.web.templating import fragment

HEARTBEAT_SECONDS = 15.0
_BEATS = 40  # ten minutes, then the browser connects anew


def event(name: str, data: str = "") -> str:
    """One event of the stream, https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n"


async def all_changes(store: Store) -> AsyncIterator[str]:
    """`changed` whenever anything happens to any change."""
    seen = await store.touched()
    for _ in range(_BEATS):
        newest = await store.wait(None, after=seen, seconds=HEARTBEAT_SECONDS)
        yield event("changed") if newest > seen else ": still here\n\n"
        seen = newest


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader's page shows: the change, the run that it is of ("" before the first), and whether that run is over."""

    change: str
    run: str
    final: bool


async def one_change(store: Store, shown: Shown, line_url: LineUrl) -> AsyncIterator[str]:
    """`progress` with the panel at the top and the steps while the run goes on, then `finished`: there is a result to show.

    `newer` when the page shows a result already, and there is another run: what is being read is left in place.
    """
    seen = 0
    for _ in range(_BEATS):
        newest = await store.wait(shown.change, after=seen, seconds=HEARTBEAT_SECONDS)
        if newest <= seen:
            yield ": still here\n\n"
            continue
        seen = newest
        stored = await store.change(shown.change)
        if stored is None or stored.run is None:
            continue
        if shown.final:
            if stored.run.run.id != shown.run:
                yield event("newer")
        elif stored.run.run.id == shown.run and not stored.run.run.state.final:
            yield event("progress", _panel(stored, line_url))
        else:
            yield event("finished")


def _panel(stored: ChangePage, line_url: LineUrl) -> str:
    return fragment("change/told.html", page=change_page(stored, "findings", line_url), swapped=True)
