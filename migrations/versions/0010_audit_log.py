"""The audit log names the source, also one that is deleted, and is read by agency and by person

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-23 12:52:10.118204

"""
from alembic import op
import sqlalchemy as sa

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "audit_log", sa.Column("source_name", sa.Text(), server_default="", nullable=False)
    )
    op.execute(
        "UPDATE audit_log SET source_name = sources.name FROM sources"
        " WHERE sources.id = audit_log.source_id"
    )
    op.execute(
        "UPDATE audit_log SET source_name = coalesce(detail->>'name', '')"
        " WHERE source_id IS NULL AND action = 'source_deleted'"
    )
    op.create_index("ix_audit_log_agency_id_id", "audit_log", ["agency_id", "id"])
    op.create_index(
        "ix_audit_log_user_id_agency_id_id", "audit_log", ["user_id", "agency_id", "id"]
    )


def downgrade():
    op.drop_index("ix_audit_log_user_id_agency_id_id", table_name="audit_log")
    op.drop_index("ix_audit_log_agency_id_id", table_name="audit_log")
    op.drop_column("audit_log", "source_name")
