"""Deliveries of webhooks: kept before they are answered, told apart by the forge's id of them, never with their payload."""

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import RowMapping, Select, exists, select, update

from app.forges.base import CommentWritten, Delivery, Event, Ignored
from app.store.database import Database
from app.store.model import Received
from app.store.plain import from_plain
from app.store.tables import deliveries
from app.store.together import Together
from validators.plain import to_plain

EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}

_SAID = frozenset({"reason", "author", "text"})
"""Parts of an event that tell why or in which words, not what it is about."""


class Inbox:
    """Takes deliveries in, and keeps until when they were acted on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = Together(database, deliveries)

    async def receive(self, forge: str, delivery: Delivery, payload_hash: str) -> Received | None:
        """Store a delivery durably. Gives it when there is something to do about it: None when it was acted on before, or asks
        for nothing. A delivery that comes again before it was acted on is given again."""
        now, subject = datetime.now(UTC), _subject(delivery.event)
        ignored = delivery.event.reason if isinstance(delivery.event, Ignored) else None
        row = {
            "forge": forge,
            "id": delivery.id,
            "event": _plain_event(delivery.event),
            "subject": subject,
            "payload_hash": payload_hash,
            "received": now,
            "settled": None if ignored is None else now,
            "outcome": "" if ignored is None else f"ignored: {ignored}",
        }
        if not await self._together.insert(row):
            known = await self.read(forge, delivery.id)
            return known if known and known.settled is None else None
        return None if ignored is not None else Received(forge, delivery.id, delivery.event, subject, now, None)

    async def read(self, forge: str, delivery: str) -> Received | None:
        """A delivery by the forge's id of it."""
        async with self._database.reading() as connection:
            found = (await connection.execute(_one(forge, delivery))).mappings().first()
        return _received(found) if found else None

    async def newer(self, delivery: Received) -> bool:
        """Whether one about the same subject came later and waits too, so that this one need not be acted on."""
        later = deliveries.c.received > delivery.received
        same = exists().where(deliveries.c.subject == delivery.subject, deliveries.c.settled.is_(None), later)
        async with self._database.reading() as connection:
            return bool(await connection.scalar(select(same)))

    async def unknown(self, forge: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids under which no delivery was ever stored."""
        known = select(deliveries.c.id).where(deliveries.c.forge == forge, deliveries.c.id.in_(ids))
        async with self._database.reading() as connection:
            return frozenset(ids) - set((await connection.execute(known)).scalars())

    async def settle(self, forge: str, delivery: str, outcome: str) -> None:
        """Note that a delivery was acted on, and how. What somebody wrote is kept no longer than that."""
        named = (deliveries.c.forge == forge, deliveries.c.id == delivery)
        async with self._database.writing() as connection:
            found = (await connection.execute(_one(forge, delivery))).mappings().first()
            values: dict[str, object] = {"settled": datetime.now(UTC), "outcome": outcome}
            if found and isinstance(event := _received(found).event, CommentWritten):
                values["event"] = _plain_event(replace(event, text=""))
            await connection.execute(update(deliveries).where(*named).values(**values))

    async def unsettled(self, limit: int = 1000) -> tuple[Received, ...]:
        """Deliveries that nobody acted on yet, the oldest first."""
        waiting = select(deliveries).where(deliveries.c.settled.is_(None)).order_by(deliveries.c.received).limit(limit)
        async with self._database.reading() as connection:
            return tuple(_received(row) for row in (await connection.execute(waiting)).mappings())


def _plain_event(event: Event) -> object:
    return to_plain({"kind": type(event).__name__, "event": asdict(event)})


def _one(forge: str, delivery: str) -> Select[tuple[object, ...]]:
    return select(deliveries).where(deliveries.c.forge == forge, deliveries.c.id == delivery)


def _received(row: RowMapping) -> Received:
    kind, event = row["event"]["kind"], row["event"]["event"]
    return Received(row["forge"], row["id"], from_plain(EVENTS[kind], event), row["subject"], row["received"], row["settled"])


def _subject(event: Event) -> str:
    """What it is about: alike for two deliveries of which the newer makes the older needless, "" for what asks for nothing.

    Comments are each about themselves.
    """
    if isinstance(event, Ignored):
        return ""
    about = {name: part for name, part in asdict(event).items() if name not in _SAID}
    return f"{type(event).__name__} {json.dumps(to_plain(about), sort_keys=True)}"
