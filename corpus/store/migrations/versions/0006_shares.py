"""Links to reports for people without a key, and what lists tell of a report beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("check_id", sa.String(36), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_shares_check_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("token_digest", name="uq_shares_token_digest"),
    )
    op.create_index("ix_shares_check_id", "shares", ["check_id"])
    for table in ("checks", "job_rows"):
        op.add_column(table, sa.Column("brief", sa.JSON()))
