"""The offers of a source as they stand, by the vendor's own ids: what a record that is only tried
is compared with."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard
from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Offer, OfferRecord


@dataclass(frozen=True, slots=True)
class KnownOffer:
    version: int | None
    sequence: int
    content_hash: bytes
    lifecycle: str


def known_offers(source_id: int, external_ids: Collection[str]) -> dict[str, KnownOffer]:
    rows = db.session.execute(
        select(
            Offer.external_id, Offer.version, Offer.sequence, Offer.content_hash, Offer.lifecycle
        ).where(Offer.source_id == source_id, Offer.external_id.in_(external_ids))
    )
    return {
        external_id: KnownOffer(version, sequence, hashed, lifecycle)
        for external_id, version, sequence, hashed, lifecycle in rows
    }


def known_records(source_id: int, external_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The records that these offers were last made of."""
    rows = db.session.execute(
        select(Offer.external_id, OfferRecord.payload)
        .join(OfferRecord, OfferRecord.id == Offer.job_id)
        .where(Offer.source_id == source_id, Offer.external_id.in_(external_ids))
    )
    return {
        external_id: orjson.loads(zstandard.decompress(payload)) for external_id, payload in rows
    }
