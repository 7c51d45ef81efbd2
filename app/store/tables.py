"""The tables, as they are after the newest migration (a test holds both equal). Times are microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond, the same on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """As it is stored."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the same
        """As it is used."""
        return None if value is None else EPOCH + value * MICROSECOND


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

changes = Table(
    "changes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("forge", Text, nullable=False),
    Column("repository", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("base_branch", Text, nullable=False),
    Column("head_branch", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("touched", BigInteger, nullable=False, index=True),
    Column("newest_run", String(32)),
    UniqueConstraint("forge", "repository", "number"),
    Index("ix_changes_forge_repository_head_number", "forge", "repository", "head", "number"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("change_id", ForeignKey("changes.id", ondelete="CASCADE"), nullable=False),
    Column("head", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("merge_result", Text),
    Column("verdict", JSON(none_as_null=True)),
    Column("counts", JSON, nullable=False),
    Column("standing", JSON(none_as_null=True)),
    Column("effects", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("reference", Text, nullable=False),
    Column("queued", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("finished", UtcTime),
    Column("seconds", Float),
    UniqueConstraint("change_id", "head", "base", "attempt"),
)

findings = Table(
    "findings",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("validator", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("line", Integer),
    Column("finding", JSON, nullable=False),
    Column("excerpt", JSON(none_as_null=True)),
)

coverage = Table(
    "coverage",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("validator", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("coverage", JSON, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("forge", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("event", JSON, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload_hash", Text, nullable=False),
    Column("received", UtcTime, nullable=False),
    Column("settled", UtcTime),
    Column("outcome", Text, nullable=False),
    Index("ix_deliveries_subject_settled", "subject", "settled"),
    Index("ix_deliveries_settled_received", "settled", "received"),
)

published = Table(
    "published",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

moments = Table(
    "moments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("change_id", ForeignKey("changes.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("detail", Text, nullable=False),
    UniqueConstraint("change_id", "key"),
)

interruptions = Table(
    "interruptions",
    metadata,
    Column("work", Text, primary_key=True),
    Column("worker", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
)
