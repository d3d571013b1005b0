"""Give brands the texts that are set aside in their drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brands", sa.Column("allowed", sa.JSON(), server_default="[]", nullable=False))
