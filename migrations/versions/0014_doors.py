"""Refused deliveries that a person accepted after all; secrets in addresses of webhooks encrypted

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-23 21:14:02.117450

"""
from alembic import op
from cryptography.fernet import Fernet
from flask import current_app
import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from webapp.masking import MASK, masked_url

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ADDRESSES = ("detail_url", "list_url", "receipt_url")


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
    op.add_column("webhooks", sa.Column("hidden_addresses", sa.Text(), nullable=True))
    fernet = _fernet()
    rows = op.get_bind().execute(sa.text("SELECT source_id, settings FROM webhooks"))
    for source_id, settings in rows.all():
        masked = {name: masked_url(settings[name]) for name in ADDRESSES if settings.get(name)}
        hidden = {name: settings[name] for name in masked if MASK in masked[name]}
        if hidden:
            shown = {name: masked[name] for name in hidden}
            secret = fernet.encrypt(orjson.dumps(hidden)).decode()
            _set_settings(source_id, settings | shown, secret)


def downgrade():
    fernet = _fernet()
    rows = op.get_bind().execute(
        sa.text(
            "SELECT source_id, settings, hidden_addresses FROM webhooks "
            "WHERE hidden_addresses IS NOT NULL"
        )
    )
    for source_id, settings, secret in rows.all():
        hidden = orjson.loads(fernet.decrypt(secret.encode()))
        _set_settings(source_id, settings | hidden, None)
    op.drop_column("webhooks", "hidden_addresses")
    op.drop_table("admissions")


def _fernet():
    return Fernet(current_app.config["OFFERDOCK"].encryption_key)


def _set_settings(source_id, settings, secret):
    op.get_bind().execute(
        sa.text(
            "UPDATE webhooks SET settings = :settings, hidden_addresses = :secret "
            "WHERE source_id = :source_id"
        ).bindparams(sa.bindparam("settings", type_=postgresql.JSONB())),
        {"source_id": source_id, "settings": settings, "secret": secret},
    )
