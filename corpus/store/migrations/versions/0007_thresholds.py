"""Let brands have thresholds of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brands", sa.Column("thresholds", sa.JSON(), server_default="{}", nullable=False))
