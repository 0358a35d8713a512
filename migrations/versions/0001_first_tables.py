"""first tables

Revision ID: 0001
Revises:
Create Date: 2026-11-22 20:45:59.882686

"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "agencies",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("slug", name=op.f("uq_agencies_slug")),
    )
    op.create_table(
        "offer_records",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_records")),
    )
    op.create_table(
        "run_seen",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "external_id", name=op.f("pk_run_seen")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("status_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column(
            "located_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("credentials", sa.Text(), nullable=True),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("record_path", sa.Text(), nullable=False),
        sa.Column("mapping_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "ignore_paths",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column("schedule_kind", sa.Text(), server_default="manual", nullable=False),
        sa.Column("schedule_value", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("absent_runs", sa.Integer(), server_default="2", nullable=False),
        sa.Column("hold_share", sa.Double(), server_default="0.15", nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        sa.Column("read_mapping_id", sa.Integer(), nullable=True),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "schedule_kind IN ('manual', 'interval', 'daily', 'cron')",
            name=op.f("ck_sources_schedule_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'broken')", name=op.f("ck_sources_status")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_sources_agency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("agency_id", "slug", name=op.f("uq_sources_agency_id_slug")),
    )
    op.create_index(
        "ix_sources_due",
        "sources",
        ["next_run_at"],
        unique=False,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("session_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(role = 'admin') = (agency_id IS NULL)", name=op.f("ck_users_admins_have_no_agency")
        ),
        sa.CheckConstraint("role IN ('admin', 'agent', 'viewer')", name=op.f("ck_users_role")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_users_agency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(
        "uq_users_email_lower", "users", [sa.literal_column("lower(email)")], unique=True
    )
    op.create_table(
        "issues",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("affected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sample_raw", sa.Text(), server_default="", nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "severity IN ('error', 'warning', 'info')", name=op.f("ck_issues_severity")
        ),
        sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f("ck_issues_state")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_issues_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
        sa.UniqueConstraint(
            "source_id", "code", "field", name=op.f("uq_issues_source_id_code_field")
        ),
    )
    op.create_table(
        "mappings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_mappings_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_mappings_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mappings")),
        sa.UniqueConstraint("source_id", "version", name=op.f("uq_mappings_source_id_version")),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("deal", sa.Text(), nullable=True),
        sa.Column("price", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("bedrooms", sa.Integer(), nullable=True),
        sa.Column("media_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.Column("lifecycle", sa.Text(), server_default="live", nullable=False),
        sa.Column("sync_status", sa.Text(), server_default="ok", nullable=False),
        sa.Column("raw_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mapping_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("absent_runs", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "lifecycle IN ('live', 'missing', 'withdrawn')", name=op.f("ck_offers_lifecycle")
        ),
        sa.CheckConstraint(
            "sync_status IN ('ok', 'warning', 'rejected', 'failed')",
            name=op.f("ck_offers_sync_status"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_offers_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_offers_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint(
            "source_id", "external_id", name=op.f("uq_offers_source_id_external_id")
        ),
    )
    op.create_index(
        "ix_offers_agency_changed", "offers", ["agency_id", "changed_at", "id"], unique=False
    )
    op.create_index("ix_offers_changed", "offers", ["changed_at", "id"], unique=False)
    op.create_index("ix_offers_search", "offers", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_offers_source_changed", "offers", ["source_id", "changed_at", "id"], unique=False
    )
    op.create_index(
        "ix_offers_source_not_live",
        "offers",
        ["source_id", "lifecycle"],
        unique=False,
        postgresql_where=sa.text("lifecycle <> 'live'"),
    )
    op.create_index(
        "ix_offers_source_not_ok",
        "offers",
        ["source_id", "sync_status"],
        unique=False,
        postgresql_where=sa.text("sync_status <> 'ok'"),
    )
    op.create_table(
        "rejections",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("raw_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mapping_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_rejections_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "external_id", name=op.f("pk_rejections")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("triggered_by", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column(
            "verdict_reasons",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column("mapping_id", sa.BigInteger(), nullable=True),
        sa.Column("file_path", sa.Text(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("staged", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("settled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("updated", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unchanged", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("superseded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("quarantined", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("missing", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unidentified", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("declared", sa.BigInteger(), nullable=True),
        sa.Column("staged_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("announced_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "steps", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_hint", sa.Text(), nullable=True),
        sa.Column("error_place", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'fetching', 'reading', 'applying', 'finished', 'held', 'failed', 'cancelled')",
            name=op.f("ck_runs_state"),
        ),
        sa.CheckConstraint(
            "trigger IN ('schedule', 'manual', 'file')", name=op.f("ck_runs_trigger")
        ),
        sa.CheckConstraint(
            "verdict IN ('valid', 'unchanged', 'incomplete', 'suspicious')",
            name=op.f("ck_runs_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_runs_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_runs_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_runs_source_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["triggered_by"], ["users.id"], name=op.f("fk_runs_triggered_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_agency_id_id", "runs", ["agency_id", "id"], unique=False)
    op.create_index("ix_runs_finished_at", "runs", ["finished_at"], unique=False)
    op.create_index(
        "ix_runs_held", "runs", ["id"], unique=False, postgresql_where=sa.text("state = 'held'")
    )
    op.create_index("ix_runs_source_id_id", "runs", ["source_id", "id"], unique=False)
    op.create_index(
        "uq_runs_open",
        "runs",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'fetching', 'reading', 'applying')"),
    )
    op.create_table(
        "offer_jobs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("raw_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("suspect", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("deaths", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('created', 'updated', 'unchanged', 'superseded')",
            name=op.f("ck_offer_jobs_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'retry_due', 'done', 'rejected', 'failed', 'quarantined', 'cancelled')",
            name=op.f("ck_offer_jobs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_offer_jobs_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_jobs")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "ix_offer_jobs_problematic",
        "offer_jobs",
        ["run_id", "id"],
        unique=False,
        postgresql_where=sa.text("error_code IS NOT NULL"),
    )
    op.create_index("ix_offer_jobs_run_id_id", "offer_jobs", ["run_id", "id"], unique=False)
    op.create_index(
        "ix_offer_jobs_source_external", "offer_jobs", ["source_id", "external_id"], unique=False
    )
    op.create_index(
        "ix_offer_jobs_unsettled",
        "offer_jobs",
        ["id"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "offer_revisions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "changes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('created', 'updated', 'returned', 'withdrawn')",
            name=op.f("ck_offer_revisions_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offers.id"],
            name=op.f("fk_offer_revisions_offer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_revisions")),
    )
    op.create_index(
        "ix_offer_revisions_offer_id_id", "offer_revisions", ["offer_id", "id"], unique=False
    )
    op.create_index(
        "ix_offer_revisions_run_kind", "offer_revisions", ["run_id", "kind", "id"], unique=False
    )
    op.create_table(
        "problems",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "severity IN ('error', 'warning', 'info')", name=op.f("ck_problems_severity")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_problems_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_problems_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problems")),
    )
    op.create_index("ix_problems_run_id", "problems", ["run_id"], unique=False)
    op.create_index(
        "ix_problems_source_external", "problems", ["source_id", "external_id"], unique=False
    )
    op.create_index(
        "ix_problems_source_group", "problems", ["source_id", "code", "field"], unique=False
    )
    op.create_table(
        "run_removals",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("fk_run_removals_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_removals_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "offer_id", name=op.f("pk_run_removals")),
    )
    op.create_index(op.f("ix_run_removals_offer_id"), "run_removals", ["offer_id"], unique=False)

    op.create_foreign_key(
        op.f("fk_sources_mapping_id"),
        "sources",
        "mappings",
        ["mapping_id"],
        ["id"],
        ondelete="SET NULL",
    )
    # Compressing costs more time than writing the offer itself; out of line it stays all the same.
    op.execute("ALTER TABLE offers ALTER COLUMN data SET STORAGE EXTERNAL")


def downgrade():
    op.drop_constraint(op.f("fk_sources_mapping_id"), "sources", type_="foreignkey")
    op.drop_index(op.f("ix_run_removals_offer_id"), table_name="run_removals")
    op.drop_table("run_removals")
    op.drop_index("ix_problems_source_group", table_name="problems")
    op.drop_index("ix_problems_source_external", table_name="problems")
    op.drop_index("ix_problems_run_id", table_name="problems")
    op.drop_table("problems")
    op.drop_index("ix_offer_revisions_run_kind", table_name="offer_revisions")
    op.drop_index("ix_offer_revisions_offer_id_id", table_name="offer_revisions")
    op.drop_table("offer_revisions")
    op.drop_index(
        "ix_offer_jobs_unsettled",
        table_name="offer_jobs",
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index("ix_offer_jobs_source_external", table_name="offer_jobs")
    op.drop_index("ix_offer_jobs_run_id_id", table_name="offer_jobs")
    op.drop_index(
        "ix_offer_jobs_problematic",
        table_name="offer_jobs",
        postgresql_where=sa.text("error_code IS NOT NULL"),
    )
    op.drop_table("offer_jobs")
    op.drop_index(
        "uq_runs_open",
        table_name="runs",
        postgresql_where=sa.text("state IN ('queued', 'fetching', 'reading', 'applying')"),
    )
    op.drop_index("ix_runs_source_id_id", table_name="runs")
    op.drop_index("ix_runs_held", table_name="runs", postgresql_where=sa.text("state = 'held'"))
    op.drop_index("ix_runs_finished_at", table_name="runs")
    op.drop_index("ix_runs_agency_id_id", table_name="runs")
    op.drop_table("runs")
    op.drop_table("rejections")
    op.drop_index(
        "ix_offers_source_not_ok",
        table_name="offers",
        postgresql_where=sa.text("sync_status <> 'ok'"),
    )
    op.drop_index(
        "ix_offers_source_not_live",
        table_name="offers",
        postgresql_where=sa.text("lifecycle <> 'live'"),
    )
    op.drop_index("ix_offers_source_changed", table_name="offers")
    op.drop_index("ix_offers_search", table_name="offers", postgresql_using="gin")
    op.drop_index("ix_offers_changed", table_name="offers")
    op.drop_index("ix_offers_agency_changed", table_name="offers")
    op.drop_table("offers")
    op.drop_table("mappings")
    op.drop_table("issues")
    op.drop_index("uq_users_email_lower", table_name="users")
    op.drop_table("users")
    op.drop_index(
        "ix_sources_due", table_name="sources", postgresql_where=sa.text("status = 'active'")
    )
    op.drop_table("sources")
    op.drop_table("run_seen")
    op.drop_table("offer_records")
    op.drop_table("agencies")
