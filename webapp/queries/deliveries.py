"""The list of a source's deliveries, newest first, a page from one id on."""

from dataclasses import dataclass, replace

from sqlalchemy import exists, select

from webapp.extensions import db
from webapp.models import Delivery, Source, Webhook
from webapp.queries.delivery_filters import DeliveryFilters, matching_ids

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """`newer` and `older` are the ids from which the neighbouring pages go on."""

    rows: list[Delivery]
    newer: int | None
    older: int | None


def deliveries_page(
    source: Source, filters: DeliveryFilters, before: int | None, after: int | None
) -> DeliveriesPage:
    """`before` asks for those older than that id, `after` for those newer."""
    held = filters
    if after is not None:
        held = replace(filters, first=max(filters.first, after + 1))
    elif before is not None:
        held = replace(filters, last=min(filters.last, before - 1))
    ids = matching_ids(source.id, held, most=PAGE_SIZE + 1, rising=after is not None)
    found = list(db.session.scalars(ids))
    shown, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    statement = select(Delivery).where(Delivery.id.in_(shown)).order_by(Delivery.id.desc())
    rows = list(db.session.scalars(statement))
    first, last = (rows[0].id, rows[-1].id) if rows else (None, None)
    if after is not None:
        return DeliveriesPage(rows, first if more else None, last)
    return DeliveriesPage(rows, first if before is not None else None, last if more else None)


def has_deliveries(source: Source) -> bool:
    """It has a webhook, or had one."""
    webhook = exists().where(Webhook.source_id == source.id)
    delivery = exists().where(Delivery.source_id == source.id)
    return bool(db.session.scalar(select(webhook | delivery)))
