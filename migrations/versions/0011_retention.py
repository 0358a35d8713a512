"""Retention: how far old rows have been forgotten; daily counts of issues by their day

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-23 14:30:00.000000

"""
from alembic import op
import sqlalchemy as sa

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "retention_passes",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("behind", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_passes")),
    )
    op.create_index("ix_issue_days_day", "issue_days", ["day"])


def downgrade():
    op.drop_index("ix_issue_days_day", table_name="issue_days")
    op.drop_table("retention_passes")
