"""Notifications: channels, rules, alerts and what was sent; failures of a source in a row

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-23 09:15:40.270115

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def moment(name, *, optional=False):
    if optional:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=True)
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def words(name):
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def belongs_to(table, column, target, *, ondelete="CASCADE"):
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade():
    op.add_column(
        "sources", sa.Column("failures", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_table(
        "notification_channels",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        moment("created_at"),
        belongs_to("notification_channels", "agency_id", "agencies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_channels")),
    )
    op.create_table(
        "notification_rules",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("no_success_hours", sa.Integer(), server_default="24", nullable=False),
        sa.Column("rejected_share", sa.Float(), server_default="0.1", nullable=False),
        sa.Column("moved_share", sa.Float(), server_default="0.3", nullable=False),
        words("quiet_from"),
        words("quiet_until"),
        sa.Column("critical_at_once", sa.Boolean(), server_default="true", nullable=False),
        words("digest_at"),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        moment("created_at"),
        belongs_to("notification_rules", "agency_id", "agencies"),
        belongs_to("notification_rules", "source_id", "sources"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_rules")),
    )
    op.create_index("ix_notification_rules_agency_id", "notification_rules", ["agency_id"])
    op.create_table(
        "notification_rule_channels",
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        belongs_to("notification_rule_channels", "rule_id", "notification_rules"),
        belongs_to("notification_rule_channels", "channel_id", "notification_channels"),
        sa.PrimaryKeyConstraint(
            "rule_id", "channel_id", name=op.f("pk_notification_rule_channels")
        ),
    )
    op.create_index(
        op.f("ix_notification_rule_channels_channel_id"),
        "notification_rule_channels",
        ["channel_id"],
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        words("subject"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        moment("opened_at"),
        moment("last_seen_at"),
        moment("closed_at", optional=True),
        words("ending"),
        sa.CheckConstraint(
            "kind IN ('run_failed', 'run_held', 'no_success_for', 'rejected_share', "
            "'offer_count_moved', 'issue_new', 'issue_regressed', 'source_broken', "
            "'delivery_failures', 'worker_silent', 'tick_silent')",
            name=op.f("ck_alerts_kind"),
        ),
        belongs_to("alerts", "agency_id", "agencies"),
        belongs_to("alerts", "source_id", "sources"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["agency_id", "source_id", "kind", "subject"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("in_digest", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        moment("due_at"),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        moment("lease_until", optional=True),
        words("error"),
        moment("sent_at", optional=True),
        moment("created_at"),
        sa.CheckConstraint(
            "kind IN ('opened', 'closed', 'test')", name=op.f("ck_notifications_kind")
        ),
        sa.CheckConstraint(
            "state IN ('due', 'sending', 'sent', 'failed', 'dropped')",
            name=op.f("ck_notifications_state"),
        ),
        belongs_to("notifications", "channel_id", "notification_channels"),
        belongs_to("notifications", "alert_id", "alerts"),
        belongs_to("notifications", "rule_id", "notification_rules", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(
        "uq_notifications_alert",
        "notifications",
        ["alert_id", "channel_id", "kind"],
        unique=True,
        postgresql_where=sa.text("alert_id IS NOT NULL"),
    )
    op.create_index(
        "ix_notifications_due",
        "notifications",
        ["due_at"],
        postgresql_where=sa.text("state IN ('due', 'sending')"),
    )
    op.create_index("ix_notifications_channel_id_id", "notifications", ["channel_id", "id"])


def downgrade():
    op.drop_table("notifications")
    op.drop_table("alerts")
    op.drop_table("notification_rule_channels")
    op.drop_table("notification_rules")
    op.drop_table("notification_channels")
    op.drop_column("sources", "failures")
