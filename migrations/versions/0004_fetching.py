"""How a source is fetched, secrets in addresses encrypted, uploads

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-23 00:30:00

"""

from alembic import op
from cryptography.fernet import Fernet
from flask import current_app
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from webapp.masking import MASK, masked_url

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "sources",
        sa.Column("fetching", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.add_column("sources", sa.Column("location_secret", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("file_mark", sa.Text(), nullable=True))
    op.add_column(
        "runs", sa.Column("files_left", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.drop_constraint("trigger", "runs", type_="check")
    op.create_check_constraint(
        "trigger", "runs", "trigger IN ('schedule', 'manual', 'file', 'upload')"
    )
    op.create_table(
        "upload_chunks",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_upload_chunks_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_upload_chunks")),
    )
    fernet = _fernet()
    for id, location in op.get_bind().execute(sa.text("SELECT id, location FROM sources")).all():
        masked = masked_url(location)
        if MASK in masked:
            secret = fernet.encrypt(location.encode()).decode()
            _set_location(id, masked, secret)


def downgrade():
    fernet = _fernet()
    rows = op.get_bind().execute(
        sa.text("SELECT id, location_secret FROM sources WHERE location_secret IS NOT NULL")
    )
    for id, secret in rows.all():
        _set_location(id, fernet.decrypt(secret.encode()).decode(), None)
    op.drop_table("upload_chunks")
    op.execute("UPDATE runs SET trigger = 'manual' WHERE trigger = 'upload'")
    op.drop_constraint("trigger", "runs", type_="check")
    op.create_check_constraint("trigger", "runs", "trigger IN ('schedule', 'manual', 'file')")
    op.drop_column("runs", "files_left")
    op.drop_column("runs", "file_mark")
    op.drop_column("sources", "location_secret")
    op.drop_column("sources", "fetching")


def _fernet():
    return Fernet(current_app.config["OFFERDOCK"].encryption_key)


def _set_location(id, location, secret):
    op.get_bind().execute(
        sa.text(
            "UPDATE sources SET location = :location, location_secret = :secret WHERE id = :id"
        ),
        {"id": id, "location": location, "secret": secret},
    )
