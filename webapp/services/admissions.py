"""Accepting a refused delivery after all, on a person's word: it keeps its place in time and goes
the way of every accepted one. Services flush; their callers commit."""

import hashlib

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import Headers
from zstandard import ZstdDecompressor, get_frame_parameters

from webapp import queues
from webapp.extensions import db
from webapp.message_keys import body_key, message_key
from webapp.models import (
    Admission,
    Delivery,
    DeliveryRequest,
    DeliveryState,
    SourceStatus,
    User,
)
from webapp.services.audit import note
from webapp.services.webhook_settings import settings_of
from webapp.services.webhooks import webhook_of
from webapp.webhooks import WebhookSettings


class SameMessageAccepted(Exception):
    """The very same message came again and was accepted, as `delivery_id`."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(f"It was accepted as delivery {delivery_id}.")
        self.delivery_id = delivery_id


def is_admissible(delivery: Delivery, sent: DeliveryRequest | None) -> bool:
    """Refused, and all of its body was kept: of large ones, and of those that were refused before
    their body was read, it wasn't."""
    if delivery.state != DeliveryState.REFUSED or sent is None or not delivery.bytes:
        return False
    return get_frame_parameters(sent.body).content_size == delivery.bytes


def admit_delivery(delivery: Delivery, sent: DeliveryRequest, user: User) -> bool:
    """False when it is refused no longer: somebody was quicker.

    :raise SameMessageAccepted: there is nothing in it that hasn't been used
    """
    db.session.refresh(delivery, with_for_update=True)
    if delivery.state != DeliveryState.REFUSED:
        return False
    refused_for = delivery.cause or ""
    try:
        with db.session.begin_nested():
            _make_accepted(delivery, sent)
    except IntegrityError:
        # Its sender sent it again just now.
        return admit_delivery(delivery, sent, user)
    db.session.add(Admission(delivery_id=delivery.id, admitted_by=user.id, refused_for=refused_for))
    note("delivery_admitted", delivery.source, user, delivery=delivery.id, cause=refused_for)
    if delivery.state == DeliveryState.ACCEPTED:
        queues.enqueue_deliveries_after_commit(db.session(), [delivery.id])
    return True


def _make_accepted(delivery: Delivery, sent: DeliveryRequest) -> None:
    """As the door would have kept it, but for what was answered."""
    webhook = webhook_of(delivery.source)
    settings = settings_of(webhook) if webhook else WebhookSettings()
    digest = hashlib.sha256(ZstdDecompressor().decompress(sent.body)).digest()
    delivery.message_key = _free_key(delivery, sent, settings, digest)
    delivery.body_sha256 = digest
    is_waiting = delivery.source.status in (SourceStatus.SETUP, SourceStatus.PAUSED)
    delivery.state = DeliveryState.WAITING if is_waiting else DeliveryState.ACCEPTED
    delivery.cause, delivery.cause_detail, delivery.finished_at = None, "", None
    db.session.flush()


def _free_key(
    delivery: Delivery, sent: DeliveryRequest, settings: WebhookSettings, digest: bytes
) -> str:
    """Of a conflict the id is another delivery's: its body tells it then.

    :raise SameMessageAccepted:
    """
    key = message_key(settings, Headers(list(sent.headers.items())), digest)
    holder = _holder(delivery.source_id, key)
    if holder is not None and holder.body_sha256 != digest:
        key = body_key(digest)
        holder = _holder(delivery.source_id, key)
    if holder is not None:
        raise SameMessageAccepted(holder.id)
    return key


def _holder(source_id: int, key: str) -> Delivery | None:
    return db.session.scalar(
        select(Delivery).where(Delivery.source_id == source_id, Delivery.message_key == key)
    )
