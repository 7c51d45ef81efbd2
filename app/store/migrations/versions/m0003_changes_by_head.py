"""The changes that share a head, found without a look at all changes of their repository."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "ix_changes_forge_repository_head_number"


def upgrade() -> None:
    """Forwards."""
    op.create_index(NAME, "changes", ["forge", "repository", "head", "number"])


def downgrade() -> None:
    """Back."""
    op.drop_index(NAME, "changes")
