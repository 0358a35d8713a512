"""Reading what a vendor's developer may see: one webhook and its latest deliveries. The signed link
decides who asks, so nothing here asks who is logged in."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webapp.extensions import db
from webapp.models import LARGEST_ID, Delivery, DeliveryRequest, Webhook

LATEST = 50
# The header that a test from the vendor's page comes with.
TEST_MARK = "Offerdock-Test"


def webhook_named(public_id: str) -> Webhook | None:
    if "\0" in public_id:
        return None
    statement = select(Webhook).where(Webhook.public_id == public_id)
    return db.session.scalar(statement.options(joinedload(Webhook.source, innerjoin=True)))


def latest_deliveries(webhook: Webhook) -> list[tuple[Delivery, bool]]:
    """Newest first, each with whether it is a test from the vendor's page."""
    statement = (
        select(Delivery, func.coalesce(DeliveryRequest.headers.has_key(TEST_MARK), False))
        .outerjoin(DeliveryRequest, DeliveryRequest.delivery_id == Delivery.id)
        .where(Delivery.source_id == webhook.source_id)
        .order_by(Delivery.id.desc())
        .limit(LATEST)
    )
    return [(delivery, is_test) for delivery, is_test in db.session.execute(statement)]


def delivery_of(webhook: Webhook, id: int) -> tuple[Delivery, DeliveryRequest | None] | None:
    if id > LARGEST_ID:
        return None
    row = db.session.execute(
        select(Delivery, DeliveryRequest)
        .outerjoin(DeliveryRequest, DeliveryRequest.delivery_id == Delivery.id)
        .where(Delivery.id == id, Delivery.source_id == webhook.source_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None
