"""How a file is read becomes part of the mapping, and a run knows what its file stands for

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22 23:58:00

"""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        """
        UPDATE mappings SET document =
            mappings.document - 'match' || jsonb_build_object(
                'reading', jsonb_build_object(
                    'container', 'xml', 'record_paths', jsonb_build_array(sources.record_path)),
                'match', jsonb_build_object(
                    'required', coalesce(mappings.document #> '{match,required}', '[]')))
        FROM sources WHERE sources.id = mappings.source_id
        """
    )
    op.drop_column("sources", "record_path")
    op.add_column(
        "runs", sa.Column("semantics", sa.Text(), server_default="snapshot", nullable=False)
    )
    op.create_check_constraint("semantics", "runs", "semantics IN ('snapshot', 'delta')")


def downgrade():
    op.drop_constraint("semantics", "runs", type_="check")
    op.drop_column("runs", "semantics")
    op.add_column(
        "sources", sa.Column("record_path", sa.Text(), server_default="", nullable=False)
    )
    op.alter_column("sources", "record_path", server_default=None)
    op.execute(
        """
        UPDATE sources SET record_path =
            coalesce(mappings.document #>> '{reading,record_paths,0}', '')
        FROM mappings WHERE mappings.id = sources.mapping_id
        """
    )
    op.execute("UPDATE mappings SET document = document - 'reading' - 'match'")
