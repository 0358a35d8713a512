"""Refused deliveries that a person accepted after all

Revision ID: 0014
Revises: 0012
Create Date: 2026-11-23 21:14:02.117450

"""
from alembic import op
import sqlalchemy as sa

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "admissions",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("admitted_by", sa.BigInteger(), nullable=True),
        sa.Column("refused_for", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_admissions_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["admitted_by"],
            ["users.id"],
            name=op.f("fk_admissions_admitted_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_admissions")),
    )


def downgrade():
    op.drop_table("admissions")
