"""How often a piece of work lost its worker."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "interruptions",
        sa.Column("work", sa.Text, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("work", "worker", name="pk_interruptions"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("interruptions")
