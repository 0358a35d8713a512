"""Accepted deliveries in a worker's hands: locked until its transaction ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from zstandard import ZstdDecompressor

from jobs.origin import Origin
from webapp.bodies.unreadable import UnreadableBody
from webapp.extensions import db

# Of sources whose webhook is gone the records are taken as they come.
_TAKE = text("""
    SELECT delivery.id, delivery.source_id, delivery.sequence, source.mapping_id,
        coalesce(webhook.settings, '{}')::text, coalesce(request.content_type, ''), request.body
    FROM deliveries AS delivery
    JOIN sources AS source ON source.id = delivery.source_id
    LEFT JOIN webhooks AS webhook ON webhook.source_id = delivery.source_id
    LEFT JOIN delivery_requests AS request ON request.delivery_id = delivery.id
    WHERE delivery.id = ANY(CAST(:ids AS bigint[])) AND delivery.state = 'accepted'
        AND (:alone OR delivery.due_at IS NULL)
    ORDER BY delivery.id FOR UPDATE OF delivery SKIP LOCKED
""")


@dataclass(frozen=True, slots=True)
class TakenDelivery:
    id: int
    source_id: int
    sequence: int
    mapping_id: int | None
    # JSON of webapp.webhooks.WebhookSettings.
    settings: str
    content_type: str
    # zstd; none when it is kept no longer.
    packed_body: bytes | None

    @property
    def origin(self) -> Origin:
        return Origin(self.source_id, delivery_id=self.id)

    def body(self, decompressor: ZstdDecompressor) -> bytes:
        """:raise UnreadableBody: it is kept no longer"""
        if self.packed_body is None:
            raise UnreadableBody("body_gone", "Its body is kept no longer.")
        return decompressor.decompress(self.packed_body)


def take_deliveries(ids: Sequence[int], *, alone: bool = False) -> list[TakenDelivery]:
    """Those that wait to be cut; without `alone` none that a worker has failed at before."""
    rows = db.session.execute(_TAKE, {"ids": list(ids), "alone": alone})
    return [TakenDelivery(*row) for row in rows]
