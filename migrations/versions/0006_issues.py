"""Issues: states of their own, assigned, ignored under conditions, commented on, counted by day

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-23 07:30:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = "state IN ('open', 'escalating', 'regressed', 'ignored', 'resolved')"
ACTIVE = "state IN ('open', 'escalating', 'regressed')"


def upgrade():
    op.drop_constraint("state", "issues", type_="check")
    op.create_check_constraint("state", "issues", STATES)
    for column in (
        sa.Column(
            "state_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("state_by_id", sa.BigInteger(), nullable=True),
        sa.Column("records", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ignored_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ignored_above", sa.BigInteger(), nullable=True),
        sa.Column("ignored_share", sa.Float(), nullable=True),
        sa.Column("escalated_from", sa.BigInteger(), nullable=True),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
    ):
        op.add_column("issues", column)
    for column in ("state_by_id", "assignee_id"):
        op.create_foreign_key(
            op.f(f"fk_issues_{column}"), "issues", "users", [column], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_issues_active", "issues", ["source_id"], postgresql_where=sa.text(ACTIVE))
    op.create_table(
        "issue_days",
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("affected", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_issue_days_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "day", name=op.f("pk_issue_days")),
    )
    op.create_table(
        "issue_comments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["issues.id"],
            name=op.f("fk_issue_comments_issue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_issue_comments_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_comments")),
    )
    op.create_index("ix_issue_comments_issue_id_id", "issue_comments", ["issue_id", "id"])


def downgrade():
    op.drop_table("issue_comments")
    op.drop_table("issue_days")
    op.drop_index("ix_issues_active", table_name="issues")
    for column in ("state_by_id", "assignee_id"):
        op.drop_constraint(op.f(f"fk_issues_{column}"), "issues", type_="foreignkey")
    for column in (
        "assignee_id",
        "escalated_from",
        "ignored_share",
        "ignored_above",
        "ignored_until",
        "records",
        "state_by_id",
        "state_since",
    ):
        op.drop_column("issues", column)
    op.drop_constraint("state", "issues", type_="check")
    op.execute("UPDATE issues SET state = 'open' WHERE state NOT IN ('open', 'resolved')")
    op.create_check_constraint("state", "issues", "state IN ('open', 'resolved')")
