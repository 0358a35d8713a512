"""Everything the page of one offer shows beside the offer itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import zstandard
from sqlalchemy import select

from webapp.extensions import db
from webapp.masking import MASK, masked_url
from webapp.models import (
    RETRYABLE_STATES,
    Offer,
    OfferJob,
    OfferProblem,
    OfferRecord,
    OfferRevision,
)
from webapp.offers.secrets import masked_record

REVISIONS_SHOWN = 30
ATTEMPTS_SHOWN = 20
# A record of a vendor gone wild is cut on the page, not in the table.
LONGEST_RECORD = 200_000


@dataclass(frozen=True, slots=True)
class RawRecord:
    """The vendor's record as indented JSON with secrets masked."""

    text: str | None
    """None: it is stored damaged."""
    is_cut: bool = False


def current_problems(offer: Offer) -> Sequence[OfferProblem]:
    """What is wrong with the latest record of the offer."""
    return db.session.scalars(
        select(OfferProblem)
        .where(
            OfferProblem.source_id == offer.source_id,
            OfferProblem.external_id == offer.external_id,
        )
        .order_by(OfferProblem.id)
    ).all()


def revisions(offer: Offer) -> Sequence[OfferRevision]:
    """Newest first."""
    return db.session.scalars(
        select(OfferRevision)
        .where(OfferRevision.offer_id == offer.id)
        .order_by(OfferRevision.id.desc())
        .limit(REVISIONS_SHOWN)
    ).all()


def attempts(source_id: int, external_id: str) -> Sequence[OfferJob]:
    """The jobs that brought records of this offer, newest first."""
    return db.session.scalars(
        select(OfferJob)
        .where(OfferJob.source_id == source_id, OfferJob.external_id == external_id)
        .order_by(OfferJob.id.desc())
        .limit(ATTEMPTS_SHOWN)
    ).all()


def is_retryable(job: OfferJob) -> bool:
    return job.state in RETRYABLE_STATES


def raw_record(job_id: int) -> RawRecord | None:
    """None when it is gone."""
    payload = db.session.scalar(select(OfferRecord.payload).where(OfferRecord.id == job_id))
    if payload is None:
        return None
    try:
        stored = orjson.loads(zstandard.decompress(payload))
    except (zstandard.ZstdError, orjson.JSONDecodeError):
        return RawRecord(None)
    record = _masked(masked_record(stored))
    text = orjson.dumps(record, option=orjson.OPT_INDENT_2).decode()
    return RawRecord(text[:LONGEST_RECORD], len(text) > LONGEST_RECORD)


def _masked(value: object) -> object:
    """Addresses in a record may carry a vendor's passwords and keys."""
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        hidden = masked_url(value)
        return hidden if MASK in hidden else value
    return value
