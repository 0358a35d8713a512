"""Offers that their vendor's own record has withdrawn, also those that never were."""

from collections.abc import Container, Sequence

from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.json_rows import json_rows
from jobs.offer_rows import OfferAppeared
from jobs.partial_records import Key
from webapp.extensions import db

# The offer keeps the record it was made of: what the withdrawing one lacks is still true of it.
_WITHDRAW = text("""
    UPDATE offers SET lifecycle = 'withdrawn',
        sequence = greatest(offers.sequence, gone.sequence),
        version = coalesce(gone.version, offers.version), last_seen_at = now(),
        missing_since = coalesce(missing_since, now()),
        withdrawn_at = coalesce(withdrawn_at, now()),
        changed_at = CASE WHEN lifecycle = 'withdrawn' THEN changed_at ELSE now() END
    FROM json_to_recordset(CAST(:rows AS json))
        AS gone (source_id bigint, external_id text, sequence bigint, version bigint)
    WHERE offers.source_id = gone.source_id AND offers.external_id = gone.external_id
        AND NOT is_older(gone.version, gone.sequence, offers.version, offers.sequence)
    RETURNING offers.id, offers.source_id, offers.external_id
""")


_OLDER_WAIT = text("""
    SELECT EXISTS (
        SELECT FROM json_to_recordset(CAST(:rows AS json))
            AS gone (source_id bigint, external_id text, sequence bigint, version bigint)
        JOIN offer_jobs AS older USING (source_id, external_id)
        WHERE older.settled_at IS NULL
            AND is_older(older.version, older.sequence, gone.version, gone.sequence)
    )
""")


# Without an offer, a newer record that is done can only have withdrawn it.
_OUTDATED = text("""
    SELECT late.id FROM json_to_recordset(CAST(:rows AS json))
        AS late (id bigint, source_id bigint, external_id text, sequence bigint, version bigint)
    WHERE EXISTS (
        SELECT FROM offer_jobs AS newer
        WHERE newer.source_id = late.source_id AND newer.external_id = late.external_id
            AND is_older(late.version, late.sequence, newer.version, newer.sequence)
            AND newer.state = 'done'
    )
""")


class OlderWaits(Exception):
    """An older record, not worked yet, would make the offer anew after its withdrawal."""


def withdraw_offers(jobs: Sequence[ClaimedJob], known: Container[Key]) -> dict[Key, int]:
    """Withdraw those that there are; returns their ids. Doesn't commit.

    :raise OlderWaits: when one that isn't there may still be made of an older record
    :raise OfferAppeared: when one that isn't `known` exists by now
    """
    unknown = [job for job in jobs if (job.source_id, job.external_id) not in known]
    if unknown and db.session.scalar(_OLDER_WAIT, {"rows": _rows(unknown)}):
        raise OlderWaits
    found = db.session.execute(_WITHDRAW, {"rows": _rows(jobs)})
    ids = {(source_id, external_id): id for id, source_id, external_id in found}
    if any(key not in known for key in ids):
        raise OfferAppeared
    return ids


def outdated_jobs(jobs: Sequence[ClaimedJob], known: Container[Key]) -> set[int]:
    """Those whose offer, which never was, has been withdrawn since."""
    # Of a feed alone only those sent again: a job that is worked for the first time holds its
    # offer's withdrawal back. Deliveries come in any order.
    late = [
        job
        for job in jobs
        if (job.fence > 1 or job.has_webhook) and (job.source_id, job.external_id) not in known
    ]
    return set(db.session.scalars(_OUTDATED, {"rows": _rows(late)})) if late else set()


def _rows(jobs: Sequence[ClaimedJob]) -> str:
    rows = [
        {
            "id": job.id,
            "source_id": job.source_id,
            "external_id": job.external_id,
            "sequence": job.sequence,
            "version": job.version,
        }
        for job in jobs
    ]
    return json_rows(rows)
