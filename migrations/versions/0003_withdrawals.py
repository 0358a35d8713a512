"""A record may withdraw its offer

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-23 00:30:00

"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "ck_offer_jobs_outcome"
EARLIER = "'created', 'updated', 'unchanged', 'superseded'"


def upgrade():
    op.drop_constraint(op.f(NAME), "offer_jobs", type_="check")
    op.create_check_constraint(op.f(NAME), "offer_jobs", f"outcome IN ({EARLIER}, 'withdrawn')")


def downgrade():
    op.execute("UPDATE offer_jobs SET outcome = 'updated' WHERE outcome = 'withdrawn'")
    op.drop_constraint(op.f(NAME), "offer_jobs", type_="check")
    op.create_check_constraint(op.f(NAME), "offer_jobs", f"outcome IN ({EARLIER})")
