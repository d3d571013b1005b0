"""Look for items within their shelf, so that no database reads all of a shelf for the few that are new."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("added", "removed", "text_digest"):
        op.drop_index(f"ix_items_{column}", "items")
    op.create_index("ix_items_added", "items", ["shelf", "added"])
    op.create_index("ix_items_text_digest", "items", ["shelf", "text_digest"])
    was_removed = sa.text("removed IS NOT NULL")
    op.create_index(
        "ix_items_removed", "items", ["shelf", "removed"], sqlite_where=was_removed, postgresql_where=was_removed
    )
