"""How Offerdock itself is run: paused queues, their depth by the minute, what admins did to them

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-23 07:40:12.518203

"""
from alembic import op
import sqlalchemy as sa

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "queue_pauses",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("paused_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "paused_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["paused_by"],
            ["users.id"],
            name=op.f("fk_queue_pauses_paused_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_pauses")),
    )
    op.create_table(
        "queue_samples",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("oldest_seconds", sa.Integer(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("at", "queue", name=op.f("pk_queue_samples")),
    )
    # What is done to queues belongs to no agency.
    op.alter_column("audit_log", "agency_id", existing_type=sa.BIGINT(), nullable=True)
    # Rows lie in the order of their arrival: a few kilobytes find those of the last hour.
    op.create_index(
        "ix_deliveries_received_at", "deliveries", ["received_at"], postgresql_using="brin"
    )


def downgrade():
    op.drop_index("ix_deliveries_received_at", table_name="deliveries")
    op.execute("DELETE FROM audit_log WHERE agency_id IS NULL")
    op.alter_column("audit_log", "agency_id", existing_type=sa.BIGINT(), nullable=False)
    op.drop_table("queue_samples")
    op.drop_table("queue_pauses")
