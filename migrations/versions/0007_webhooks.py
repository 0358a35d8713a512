"""Webhooks: deliveries, replays, receipts; offer jobs that came with a delivery

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-23 07:00:09.734653

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    # The rule of webapp/offers/ordering.py, for statements.
    op.execute("""
        CREATE FUNCTION is_older(version bigint, sequence bigint, than_version bigint,
            than_sequence bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN version <> than_version THEN version < than_version
            ELSE sequence < than_sequence END
    """)
    op.create_table('replays',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('filters', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('wanted', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('replayed', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'finished', 'cancelled')", name=op.f('ck_replays_state')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_replays_agency_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_replays_asked_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_replays_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replays'))
    )
    op.create_index('ix_replays_open', 'replays', ['id'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_replays_source_id_id', 'replays', ['source_id', 'id'], unique=False)
    op.create_table('webhooks',
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('secrets', sa.Text(), nullable=True),
    sa.Column('guide_version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('receipt_secret', sa.Text(), nullable=True),
    sa.Column('regroup_due', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('closed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closings', sa.Integer(), server_default='0', nullable=False),
    sa.Column('closed_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_webhooks_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', name=op.f('pk_webhooks')),
    sa.UniqueConstraint('public_id', name=op.f('uq_webhooks_public_id'))
    )
    op.create_table('deliveries',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('message_key', sa.Text(), nullable=True),
    sa.Column('body_sha256', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=True),
    sa.Column('cause_detail', sa.Text(), server_default='', nullable=False),
    sa.Column('http_status', sa.Integer(), nullable=False),
    sa.Column('bytes', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('partial', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('repeats', sa.Integer(), server_default='0', nullable=False),
    sa.Column('repeated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempt', sa.Integer(), server_default='0', nullable=False),
    sa.Column('fence', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ids_left', postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column('replay_id', sa.BigInteger(), nullable=True),
    sa.Column('staged', sa.Integer(), server_default='0', nullable=False),
    sa.Column('settled', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created', sa.Integer(), server_default='0', nullable=False),
    sa.Column('updated', sa.Integer(), server_default='0', nullable=False),
    sa.Column('unchanged', sa.Integer(), server_default='0', nullable=False),
    sa.Column('superseded', sa.Integer(), server_default='0', nullable=False),
    sa.Column('withdrawn', sa.Integer(), server_default='0', nullable=False),
    sa.Column('rejected', sa.Integer(), server_default='0', nullable=False),
    sa.Column('failed', sa.Integer(), server_default='0', nullable=False),
    sa.Column('quarantined', sa.Integer(), server_default='0', nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('staged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('refused', 'waiting', 'accepted', 'fetching', 'staged', 'done', 'unreadable')", name=op.f('ck_deliveries_state')),
    sa.ForeignKeyConstraint(['replay_id'], ['replays.id'], name=op.f('fk_deliveries_replay_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['sources.id'], name=op.f('fk_deliveries_source_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    postgresql_with={'fillfactor': '70'}
    )
    op.create_index('ix_deliveries_caused', 'deliveries', ['source_id', 'cause', 'id'], unique=False, postgresql_where=sa.text('cause IS NOT NULL'))
    op.create_index('ix_deliveries_replay_id', 'deliveries', ['replay_id'], unique=False, postgresql_where=sa.text('replay_id IS NOT NULL'))
    op.create_index('ix_deliveries_source_id_id', 'deliveries', ['source_id', 'id'], unique=False)
    op.create_index('ix_deliveries_unfinished', 'deliveries', ['source_id', 'id'], unique=False, postgresql_where=sa.text('finished_at IS NULL'))
    op.create_index('uq_deliveries_message', 'deliveries', ['source_id', 'message_key'], unique=True, postgresql_where=sa.text('message_key IS NOT NULL'))
    op.create_table('delivery_requests',
    sa.Column('delivery_id', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('remote_address', sa.Text(), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_delivery_requests_delivery_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_delivery_requests'))
    )
    op.create_table('receipts',
    sa.Column('delivery_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='due', nullable=False),
    sa.Column('edition', sa.Integer(), server_default='1', nullable=False),
    sa.Column('attempt', sa.Integer(), server_default='0', nullable=False),
    sa.Column('fence', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('due', 'sending', 'sent', 'failed')", name=op.f('ck_receipts_state')),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_receipts_delivery_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_receipts'))
    )
    op.create_index('ix_receipts_due', 'receipts', ['due_at'], unique=False, postgresql_where=sa.text("state IN ('due', 'sending')"))
    op.add_column('offer_jobs', sa.Column('delivery_id', sa.BigInteger(), nullable=True))
    op.add_column('offer_jobs', sa.Column('version', sa.BigInteger(), nullable=True))
    op.alter_column('offer_jobs', 'run_id',
               existing_type=sa.BIGINT(),
               nullable=True)
    op.create_index('ix_offer_jobs_delivery_id_id', 'offer_jobs', ['delivery_id', 'id'], unique=False, postgresql_where=sa.text('delivery_id IS NOT NULL'))
    op.create_foreign_key(op.f('fk_offer_jobs_delivery_id'), 'offer_jobs', 'deliveries', ['delivery_id'], ['id'], ondelete='CASCADE')
    op.create_check_constraint('origin', 'offer_jobs', 'num_nonnulls(run_id, delivery_id) = 1')
    op.add_column('offer_revisions', sa.Column('delivery_id', sa.BigInteger(), nullable=True))
    op.add_column('offers', sa.Column('version', sa.BigInteger(), nullable=True))
    op.add_column('problems', sa.Column('delivery_id', sa.BigInteger(), nullable=True))
    op.alter_column('problems', 'run_id',
               existing_type=sa.BIGINT(),
               nullable=True)


def downgrade():
    # What came with deliveries has no place in the tables as they were.
    op.execute('DELETE FROM problems WHERE run_id IS NULL')
    op.execute('DELETE FROM offer_jobs WHERE run_id IS NULL')
    op.drop_constraint(op.f('ck_offer_jobs_origin'), 'offer_jobs', type_='check')
    op.alter_column('problems', 'run_id',
               existing_type=sa.BIGINT(),
               nullable=False)
    op.drop_column('problems', 'delivery_id')
    op.drop_column('offers', 'version')
    op.drop_column('offer_revisions', 'delivery_id')
    op.drop_constraint(op.f('fk_offer_jobs_delivery_id'), 'offer_jobs', type_='foreignkey')
    op.drop_index('ix_offer_jobs_delivery_id_id', table_name='offer_jobs', postgresql_where=sa.text('delivery_id IS NOT NULL'))
    op.alter_column('offer_jobs', 'run_id',
               existing_type=sa.BIGINT(),
               nullable=False)
    op.drop_column('offer_jobs', 'version')
    op.drop_column('offer_jobs', 'delivery_id')
    op.drop_index('ix_receipts_due', table_name='receipts', postgresql_where=sa.text("state IN ('due', 'sending')"))
    op.drop_table('receipts')
    op.drop_table('delivery_requests')
    op.drop_index('uq_deliveries_message', table_name='deliveries', postgresql_where=sa.text('message_key IS NOT NULL'))
    op.drop_index('ix_deliveries_unfinished', table_name='deliveries', postgresql_where=sa.text('finished_at IS NULL'))
    op.drop_index('ix_deliveries_source_id_id', table_name='deliveries')
    op.drop_index('ix_deliveries_replay_id', table_name='deliveries', postgresql_where=sa.text('replay_id IS NOT NULL'))
    op.drop_index('ix_deliveries_caused', table_name='deliveries', postgresql_where=sa.text('cause IS NOT NULL'))
    op.drop_table('deliveries')
    op.drop_table('webhooks')
    op.drop_index('ix_replays_source_id_id', table_name='replays')
    op.drop_index('ix_replays_open', table_name='replays', postgresql_where=sa.text("state = 'open'"))
    op.drop_table('replays')
    op.execute('DROP FUNCTION is_older')
