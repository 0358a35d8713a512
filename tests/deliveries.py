"""Webhooks and their deliveries, made straight in the tables: what came, without the door."""

from itertools import count
from typing import Any

import orjson
import zstandard

from webapp.extensions import db
from webapp.models import (
    Delivery,
    DeliveryRequest,
    DeliveryState,
    JobState,
    OfferJob,
    OfferRecord,
    Replay,
    Source,
    Webhook,
    utc_now,
)
from webapp.offers.mapping_document import MappingDocument
from webapp.services.mappings import add_version
from webapp.services.webhook_settings import set_settings
from webapp.webhooks import WebhookSettings

_numbers = count(1)

# What a vendor of the tests sends: {"id": "A1", "price": 100000, "town": "Puerto Lirio", …}.
MAPPING = MappingDocument.model_validate(
    {
        "format": 1,
        "name": "lirio_webhook",
        "reading": {"container": "json"},
        "id": ["id"],
        "fields": {
            "type": {"path": "type", "default": "apartment"},
            "status": {"path": "status", "default": "active"},
            "location.city": {"path": "town"},
            "bedrooms": {"path": "beds", "transforms": [{"name": "number"}]},
        },
        "deals": [
            {
                "fields": {
                    "deal": {"constant": "sale"},
                    "amount": {"path": "price", "transforms": [{"name": "number"}]},
                    "currency": {"constant": "EUR"},
                }
            }
        ],
    }
)


def make_webhook(source: Source, **settings: Any) -> Webhook:
    """With a mapping for the records of `record`."""
    chosen = {"scheme": "api-key", "key_name": "X-Api-Key"} | settings
    webhook = Webhook(source_id=source.id, public_id=f"door{next(_numbers)}")
    set_settings(webhook, WebhookSettings.model_validate(chosen))
    add_version(source, MAPPING, None)
    db.session.add(webhook)
    db.session.flush()
    return webhook


def record(id: str, **changes: Any) -> dict[str, Any]:
    return {"id": id, "price": 100_000, "town": "Puerto Lirio", "beds": 2} | changes


def make_delivery(webhook: Webhook, content: Any, **changes: Any) -> Delivery:
    """Accepted, and not cut into records yet. `content`: bytes as they are, else as JSON."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    number = next(_numbers)
    content_type = changes.pop("content_type", "application/json")
    delivery = Delivery(
        agency_id=webhook.source.agency_id,
        source_id=webhook.source_id,
        message_key=f"id:{number}",
        state=DeliveryState.ACCEPTED,
        http_status=202,
        bytes=len(body),
        sequence=int(utc_now().timestamp() * 1_000_000),
    )
    for name, value in changes.items():
        setattr(delivery, name, value)
    db.session.add(delivery)
    db.session.flush()
    db.session.add(
        DeliveryRequest(
            delivery_id=delivery.id,
            method="POST",
            content_type=content_type,
            remote_address="203.0.113.7",
            headers={"Content-Type": content_type, "User-Agent": "Lirio/2.1"},
            body=zstandard.compress(body),
        )
    )
    db.session.flush()
    return delivery


def make_delivery_job(
    delivery: Delivery, external_id: str, state: str = JobState.DONE, **changes: Any
) -> OfferJob:
    """Settled, with its raw record; not counted in the delivery."""
    now = utc_now()
    job = OfferJob(
        delivery_id=delivery.id,
        source_id=delivery.source_id,
        external_id=external_id,
        sequence=delivery.sequence,
        position=1,
        raw_hash=external_id.encode(),
        state=state,
        attempt=1,
        created_at=now,
        settled_at=now,
    )
    for name, value in changes.items():
        setattr(job, name, value)
    db.session.add(job)
    db.session.flush()
    payload = zstandard.compress(orjson.dumps(record(external_id)))
    db.session.add(OfferRecord(id=job.id, payload=payload))
    db.session.flush()
    return job


def make_replay(webhook: Webhook, **changes: Any) -> Replay:
    replay = Replay(agency_id=webhook.source.agency_id, source_id=webhook.source_id)
    for name, value in changes.items():
        setattr(replay, name, value)
    db.session.add(replay)
    db.session.flush()
    return replay
