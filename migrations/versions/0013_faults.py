"""Faults: unexpected exceptions met while a source's records were worked

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-23 22:10:00.000000

"""
from alembic import op
import sqlalchemy as sa

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def words(name, *, nullable=False):
    return sa.Column(name, sa.Text(), nullable=nullable)


def moment(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade():
    op.create_table(
        "faults",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        words("code"),
        words("exception"),
        words("place"),
        words("message"),
        words("traceback"),
        words("sentry_event_id", nullable=True),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        moment("first_seen_at"),
        moment("last_seen_at"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_faults_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faults")),
        sa.UniqueConstraint(
            "source_id", "code", "exception", "place",
            name=op.f("uq_faults_source_id_code_exception_place"),
        ),
    )
    op.create_index("ix_faults_last_seen_at", "faults", ["last_seen_at"])


def downgrade():
    op.drop_table("faults")
