"""Setting up a source: trials, drafts, values, uploads of their own, who changed what

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-23 03:41:20

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('audit_log',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_audit_log_agency_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_audit_log_source_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_audit_log_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_log'))
    )
    op.create_index('ix_audit_log_source_id_id', 'audit_log', ['source_id', 'id'], unique=False)
    op.create_table('counted_values',
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('value_table', sa.Text(), nullable=False),
    sa.Column('word', sa.Text(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('records', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('examples', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_counted_values_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'value_table', 'word', name=op.f('pk_counted_values'))
    )
    op.create_table('own_presets',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('document', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_own_presets_agency_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_own_presets_created_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_presets')),
    sa.UniqueConstraint('agency_id', 'slug', name=op.f('uq_own_presets_agency_id_slug'))
    )
    op.create_table('source_samples',
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('records', sa.LargeBinary(), nullable=False),
    sa.Column('profile', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('looked_at', sa.BigInteger(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_source_samples_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', name=op.f('pk_source_samples'))
    )
    op.create_table('uploads',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('bytes', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_uploads_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads'))
    )
    op.create_index(op.f('ix_uploads_source_id'), 'uploads', ['source_id'], unique=False)
    op.create_table('value_decisions',
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('value_table', sa.Text(), nullable=False),
    sa.Column('word', sa.Text(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk_value_decisions_decided_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_value_decisions_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'value_table', 'word', name=op.f('pk_value_decisions'))
    )
    op.create_table('mapping_drafts',
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('based_on', sa.BigInteger(), nullable=True),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['based_on'], ['mappings.id'], name=op.f('fk_mapping_drafts_based_on'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_mapping_drafts_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', name=op.f('pk_mapping_drafts'))
    )
    op.create_table('trials',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('requested_by', sa.BigInteger(), nullable=True),
    sa.Column('document', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('upload_id', sa.BigInteger(), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bytes', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('bytes_read', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('read', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('result', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('error_code', sa.Text(), nullable=True),
    sa.Column('error_message', sa.Text(), nullable=True),
    sa.Column('error_hint', sa.Text(), nullable=True),
    sa.Column('error_place', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('look', 'dry_run', 'dry_remap')", name=op.f('ck_trials_kind')),
    sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_trials_state')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_trials_agency_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['requested_by'], ['users.id'], name=op.f('fk_trials_requested_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_trials_source_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_trials_upload_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trials'))
    )
    op.create_index("ix_trials_upload_id", "trials", ["upload_id"], postgresql_where=sa.text("upload_id IS NOT NULL"))
    op.create_index('ix_trials_open', 'trials', ['id'], unique=False, postgresql_where=sa.text("state IN ('queued', 'running')"))
    op.create_index('ix_trials_source_id_id', 'trials', ['source_id', 'id'], unique=False)
    op.create_table('draft_steps',
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('document', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['mapping_drafts.source_id'], name=op.f('fk_draft_steps_source_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_draft_steps_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('source_id', 'number', name=op.f('pk_draft_steps'))
    )
    op.add_column('runs', sa.Column('upload_id', sa.BigInteger(), nullable=True))
    op.create_index("ix_runs_upload_id", "runs", ["upload_id"], postgresql_where=sa.text("upload_id IS NOT NULL"))
    op.add_column('runs', sa.Column('remap', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('runs', sa.Column('drift', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('runs', sa.Column('accepts_drift', sa.Boolean(), server_default='false', nullable=False))
    op.create_foreign_key(op.f('fk_runs_upload_id'), 'runs', 'uploads', ['upload_id'], ['id'], ondelete='SET NULL')
    op.add_column('sources', sa.Column('volatile_paths', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.add_column('sources', sa.Column('values_version', sa.Integer(), server_default='0', nullable=False))
    op.add_column('sources', sa.Column('values_counted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('sources', sa.Column('remap_due', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('sources', sa.Column('max_bytes', sa.BigInteger(), nullable=True))
    op.add_column('offer_revisions', sa.Column('price_move', sa.Float(), nullable=True))
    op.execute("ALTER TABLE offer_jobs SET (fillfactor = 45)")
    trigger("schedule", "manual", "file", "upload", "remap")
    status("setup", "active", "paused", "broken")
    # A file that waits for its run goes on waiting.
    op.execute("""
        INSERT INTO uploads (id, source_id, name, bytes)
        SELECT runs.id, runs.source_id, coalesce(runs.file_path, ''), sum(octet_length(content))
        FROM upload_chunks JOIN runs ON runs.id = upload_chunks.run_id GROUP BY runs.id
    """)
    op.execute("SELECT setval('uploads_id_seq', max(id)) FROM uploads HAVING max(id) IS NOT NULL")
    op.execute("UPDATE runs SET upload_id = uploads.id FROM uploads WHERE uploads.id = runs.id")
    op.drop_constraint("fk_upload_chunks_run_id_runs", "upload_chunks", type_="foreignkey")
    op.alter_column("upload_chunks", "run_id", new_column_name="upload_id")
    op.create_foreign_key(
        "fk_upload_chunks_upload_id", "upload_chunks", "uploads", ["upload_id"], ["id"],
        ondelete="CASCADE",
    )  # fmt: skip


def downgrade():
    op.drop_constraint("fk_upload_chunks_upload_id", "upload_chunks", type_="foreignkey")
    op.execute("""
        DELETE FROM upload_chunks
        WHERE upload_id NOT IN (SELECT upload_id FROM runs WHERE upload_id IS NOT NULL)
    """)
    # By way of negative numbers, as one upload's number may be another's run.
    op.execute("""
        UPDATE upload_chunks SET upload_id = -runs.id FROM runs
        WHERE runs.upload_id = upload_chunks.upload_id
    """)
    op.execute("UPDATE upload_chunks SET upload_id = -upload_id")
    op.alter_column("upload_chunks", "upload_id", new_column_name="run_id")
    op.create_foreign_key(
        "fk_upload_chunks_run_id_runs", "upload_chunks", "runs", ["run_id"], ["id"],
        ondelete="CASCADE",
    )  # fmt: skip
    op.execute("DELETE FROM sources WHERE status = 'setup'")
    op.execute("DELETE FROM runs WHERE trigger = 'remap'")
    trigger("schedule", "manual", "file", "upload")
    status("active", "paused", "broken")
    op.execute("ALTER TABLE offer_jobs SET (fillfactor = 70)")
    op.drop_column('offer_revisions', 'price_move')
    op.drop_column('sources', 'max_bytes')
    op.drop_column('sources', 'remap_due')
    op.drop_column('sources', 'values_counted_at')
    op.drop_column('sources', 'values_version')
    op.drop_column('sources', 'volatile_paths')
    op.drop_constraint(op.f('fk_runs_upload_id'), 'runs', type_='foreignkey')
    op.drop_column('runs', 'accepts_drift')
    op.drop_column('runs', 'drift')
    op.drop_column('runs', 'remap')
    op.drop_index("ix_runs_upload_id", table_name="runs")
    op.drop_column('runs', 'upload_id')
    op.drop_table('draft_steps')
    op.drop_index('ix_trials_source_id_id', table_name='trials')
    op.drop_index('ix_trials_open', table_name='trials', postgresql_where=sa.text("state IN ('queued', 'running')"))
    op.drop_table('trials')
    op.drop_table('mapping_drafts')
    op.drop_table('value_decisions')
    op.drop_index(op.f('ix_uploads_source_id'), table_name='uploads')
    op.drop_table('uploads')
    op.drop_table('source_samples')
    op.drop_table('own_presets')
    op.drop_table('counted_values')
    op.drop_index('ix_audit_log_source_id_id', table_name='audit_log')
    op.drop_table('audit_log')


def trigger(*words):
    op.drop_constraint("trigger", "runs", type_="check")
    op.create_check_constraint("trigger", "runs", f"trigger IN {words}")


def status(*words):
    op.drop_constraint("status", "sources", type_="check")
    op.create_check_constraint("status", "sources", f"status IN {words}")
