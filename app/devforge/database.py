"""One SQLite file: records in, records out, and transactions that others wait for.

A record class is its table: fields are columns, `Record.INDEX` names what it is looked up by. Nothing else writes SQL.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import UnionType
from typing import ClassVar, TypeVar, get_args, get_type_hints

_DEFAULTS = {"text": "''", "integer": 0}

Value = str | int | None
"""What a column holds; a `bool` field is kept as 0 or 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row. `id` is 0 until `Database.insert` has given it one.

    FIRST_ID keeps the ids of tables apart, so that a client which mixes them up finds nothing instead of another thing.
    """

    TABLE: ClassVar[str]
    INDEX: ClassVar[tuple[str, ...]] = ()
    FIRST_ID: ClassVar[int] = 1

    id: int = 0


R = TypeVar("R", bound=Record)


class Database:
    """The tables of `kinds` in the file `path`, which is created when it is missing. Safe to use from any thread.

    `lag` tells how many seconds old the state may be that `reading` shows.
    """

    def __init__(self, path: Path, kinds: tuple[type[Record], ...], lag: Callable[[], float]) -> None:
        self._path = path
        self._connection = self._connect()
        self._lag = lag
        self._past: sqlite3.Connection | None = None
        self._past_since = 0.0
        self._in_past = False
        self._lock = threading.RLock()
        self._depth = 0
        self._after: list[Callable[[], None]] = []
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._flags = {kind: _flags(kind) for kind in kinds}
        for kind in kinds:
            self._create(kind)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._forget_past()
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction that only looks. It sees the past while `lag` allows, and what it writes then is forgotten."""
        with self._lock:
            if self._past is None or self._depth or not self._recent():
                with self.transaction():
                    yield
                return
            present, self._connection, self._depth, self._in_past = self._connection, self._past, 1, True
            try:
                yield
            finally:
                self._connection, self._depth, self._in_past = present, 0, False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested ones belong to the outermost. Other threads wait outside."""
        with self._lock:
            if self._depth == 0:
                self._remember_past()
                self._connection.execute("begin immediate")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("rollback")
                    self._after.clear()
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("commit")
                after, self._after = self._after, []
                for action in after:
                    action()

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` when what the current transaction wrote can be seen; never, when it is rolled back."""
        self._after.append(action)

    def all(self, kind: type[R], /, **equals: Value) -> list[R]:
        """Records whose columns equal the given values, oldest first."""
        where = " and ".join(f"{column} is :{column}" for column in equals) or "true"
        sql = f"select * from {kind.TABLE} where {where} order by id"  # noqa: S608 - names come from record classes and keywords
        with self._lock:
            return [_record(kind, row, self._flags[kind]) for row in self._connection.execute(sql, equals)]

    def one(self, kind: type[R], /, **equals: Value) -> R | None:
        """The newest of them, or None."""
        found = self.all(kind, **equals)
        return found[-1] if found else None

    def insert(self, record: R) -> R:
        """Write a new record; returns it with its id."""
        columns = [field.name for field in fields(record) if field.name != "id"]
        marks = ", ".join(f":{column}" for column in columns)
        sql = f"insert into {record.TABLE} ({', '.join(columns)}) values ({marks})"  # noqa: S608 - names come from record classes
        with self._lock:
            row_id = self._connection.execute(sql, {column: getattr(record, column) for column in columns}).lastrowid
        return replace(record, id=row_id or 0)

    def update(self, record: R, **changes: Value) -> R:
        """Change some columns; returns the record as it is now."""
        if self._in_past:
            return replace(record, **changes)  # type: ignore[arg-type]  # the columns of R are not known here
        sets = ", ".join(f"{column} = :{column}" for column in changes)
        sql = f"update {record.TABLE} set {sets} where id = :id"  # noqa: S608 - names come from record classes and keywords
        with self._lock:
            self._connection.execute(sql, {**changes, "id": record.id})
        return replace(record, **changes)  # type: ignore[arg-type]  # the columns of R are not known here

    def delete(self, record: Record) -> None:
        """Remove it."""
        sql = f"delete from {record.TABLE} where id = ?"  # noqa: S608 - the name comes from the record class
        with self._lock:
            self._connection.execute(sql, (record.id,))

    def _connect(self) -> sqlite3.Connection:
        made = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        made.row_factory = sqlite3.Row
        return made

    def _remember_past(self) -> None:
        """Before something is written: keep the state as it is in sight, unless an older one may still be shown."""
        if self._lag() <= 0:
            self._forget_past()
        elif self._past is None or not self._recent():
            self._forget_past()
            self._past, self._past_since = self._connect(), time.monotonic()
            self._past.execute("begin")
            self._past.execute("select 1 from sqlite_master").fetchone()  # a transaction sees the state of its first look

    def _recent(self) -> bool:
        return time.monotonic() - self._past_since < self._lag()

    def _forget_past(self) -> None:
        if self._past is not None:
            self._past.close()
            self._past = None

    def _create(self, kind: type[Record]) -> None:
        columns = [
            _column(name, hint)
            for name, hint in get_type_hints(kind).items()
            if name not in ("id", "TABLE", "INDEX", "FIRST_ID")
        ]
        execute = self._connection.execute
        execute(f"create table if not exists {kind.TABLE} (id integer primary key autoincrement, {', '.join(columns)})")
        there = {row["name"] for row in execute(f"pragma table_info({kind.TABLE})")}
        for column in columns:
            if column.split(" ", 1)[0] not in there:  # a folder that an older forge made
                execute(f"alter table {kind.TABLE} add column {column} default {_DEFAULTS[column.split(' ')[1]]}")
        if kind.INDEX:
            execute(f"create index if not exists {kind.TABLE}_index on {kind.TABLE} ({', '.join(kind.INDEX)})")
        known = execute("select 1 from sqlite_sequence where name = ?", (kind.TABLE,)).fetchone()
        if known is None:
            execute("insert into sqlite_sequence (name, seq) values (?, ?)", (kind.TABLE, kind.FIRST_ID - 1))


def _column(name: str, hint: object) -> str:
    kinds = _kinds(hint)
    sql_type = "text" if str in kinds else "integer"
    return f"{name} {sql_type}" + ("" if type(None) in kinds else " not null")


def _record(kind: type[R], row: sqlite3.Row, flags: frozenset[str]) -> R:
    values = zip(row.keys(), row, strict=True)
    return kind(**{name: bool(value) if name in flags and value is not None else value for name, value in values})


def _flags(kind: type[Record]) -> frozenset[str]:
    """The columns that hold 0 or 1 for False or True."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if bool in _kinds(hint))


def _kinds(hint: object) -> tuple[object, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)
