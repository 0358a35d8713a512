"""Retries: unsuccessful offer jobs that a person has sent again, and which jobs they are

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-23 12:50:12.402186

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def count(name):
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def belongs_to(table, column, target, *, ondelete="CASCADE"):
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade():
    op.create_table(
        "retries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("filters", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        count("wanted"),
        count("sent"),
        count("left_alone"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'finished', 'cancelled')", name=op.f("ck_retries_state")
        ),
        belongs_to("retries", "agency_id", "agencies"),
        belongs_to("retries", "source_id", "sources"),
        belongs_to("retries", "asked_by", "users", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retries")),
    )
    op.create_index("ix_retries_agency_id_id", "retries", ["agency_id", "id"])
    op.create_index(
        "uq_retries_open",
        "retries",
        ["agency_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "retry_jobs",
        sa.Column("retry_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=True),
        belongs_to("retry_jobs", "retry_id", "retries"),
        sa.PrimaryKeyConstraint("retry_id", "job_id", name=op.f("pk_retry_jobs")),
    )
    op.create_index(
        "ix_retry_jobs_pending",
        "retry_jobs",
        ["retry_id", "job_id"],
        postgresql_where=sa.text("sent IS NULL"),
    )


def downgrade():
    op.drop_table("retry_jobs")
    op.drop_table("retries")
