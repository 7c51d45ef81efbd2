"""Changes, runs, what was found, what was posted, and the deliveries of webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("published", "moments", "findings", "coverage", "deliveries", "runs", "changes")


def upgrade() -> None:
    """Forwards."""
    _changes()
    _runs()
    _found()
    _deliveries()
    _history()


def downgrade() -> None:
    """Back."""
    for table in TABLES:
        op.drop_table(table)


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.String(32), nullable=False),
        *_texts("forge", "repository"),
        sa.Column("number", sa.Integer, nullable=False),
        *_texts("title", "author", "state"),
        sa.Column("draft", sa.Boolean, nullable=False),
        *_texts("base_branch", "head_branch", "base", "head", "url"),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.Column("newest_run", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.UniqueConstraint("forge", "repository", "number", name="uq_changes_forge_repository_number"),
    )
    op.create_index("ix_changes_touched", "changes", ["touched"])


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("change_id", sa.String(32), nullable=False),
        *_texts("head", "base"),
        sa.Column("attempt", sa.Integer, nullable=False),
        *_texts("state"),
        sa.Column("merge_result", sa.Text),
        sa.Column("verdict", sa.JSON),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("standing", sa.JSON),
        sa.Column("effects", sa.JSON, nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        *_texts("reference"),
        sa.Column("queued", sa.BigInteger, nullable=False),
        sa.Column("started", sa.BigInteger),
        sa.Column("finished", sa.BigInteger),
        sa.Column("seconds", sa.Float),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("change_id", "head", "base", "attempt", name="uq_runs_change_id_head_base_attempt"),
        _belongs("runs", "change_id", "changes"),
    )
    op.create_index("ix_runs_state", "runs", ["state"])


def _found() -> None:
    op.create_table(
        "findings",
        *_numbered("findings"),
        *_texts("validator", "rule", "severity", "status", "fingerprint", "path"),
        sa.Column("line", sa.Integer),
        sa.Column("finding", sa.JSON, nullable=False),
        sa.Column("excerpt", sa.JSON),
    )
    op.create_table(
        "coverage",
        *_numbered("coverage"),
        *_texts("validator", "outcome", "explanation"),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("coverage", sa.JSON, nullable=False),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *_texts("forge", "id"),
        sa.Column("event", sa.JSON, nullable=False),
        *_texts("subject", "payload_hash"),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("settled", sa.BigInteger),
        *_texts("outcome"),
        sa.PrimaryKeyConstraint("forge", "id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_subject_settled", "deliveries", ["subject", "settled"])
    op.create_index("ix_deliveries_settled_received", "deliveries", ["settled", "received"])


def _history() -> None:
    op.create_table(
        "published",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        *_texts("kind", "key", "digest"),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published"),
        _belongs("published", "run_id", "runs"),
    )
    op.create_index("ix_published_run_id", "published", ["run_id"])
    op.create_table(
        "moments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("change_id", sa.String(32), nullable=False),
        *_texts("key"),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_texts("kind", "text", "detail"),
        sa.PrimaryKeyConstraint("id", name="pk_moments"),
        sa.UniqueConstraint("change_id", "key", name="uq_moments_change_id_key"),
        _belongs("moments", "change_id", "changes"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbered(table: str) -> tuple[sa.Column[str], sa.Column[int], sa.PrimaryKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "position", name=f"pk_{table}"),
        _belongs(table, "run_id", "runs"),
    )


def _belongs(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")
