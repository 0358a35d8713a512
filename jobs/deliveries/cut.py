"""What one delivery's body comes to, by its source's settings and mapping; pure but for the
mapping, which a worker asks for once."""

from collections import Counter
from dataclasses import dataclass, field

from zstandard import ZstdDecompressor

from jobs.deliveries.cutters import Cutter, cutter_of
from jobs.deliveries.taken import TakenDelivery
from jobs.formats.dict_record import DictRecord
from jobs.job_rows import NewJob
from jobs.problem_rows import ProblemRow
from jobs.record_id import record_id
from webapp.bodies.record import Record
from webapp.bodies.unreadable import UnreadableBody, names_no_offers
from webapp.delivery_causes import WorkCause
from webapp.models import DeliveryState
from webapp.offers.mapping import WITHDRAWN
from webapp.offers.problems import Problem


@dataclass(slots=True)
class Split:
    delivery_id: int
    source_id: int
    state: DeliveryState
    jobs: list[NewJob] = field(default_factory=list)
    refused: list[ProblemRow] = field(default_factory=list)
    skipped: int = 0
    cause: str | None = None
    detail: str = ""
    partial: bool = False
    ids_left: list[str] | None = None
    """Of the offers that are to be fetched; None: a list that is fetched first will tell."""
    rings: bool = False
    """The feed is to be read."""


def cut_delivery(delivery: TakenDelivery, decompressor: ZstdDecompressor) -> Split:
    split = Split(delivery.id, delivery.source_id, DeliveryState.DONE)
    if delivery.mapping_id is None:
        # Nobody knows what its records mean: it is kept until the source is in force again.
        split.state = DeliveryState.WAITING
        return split
    cutter = cutter_of(delivery.mapping_id, delivery.settings)
    try:
        body = delivery.body(decompressor)
        if cutter.settings.shape == "ring":
            split.rings = True
        elif cutter.settings.shape == "ids":
            _note_changed(split, delivery, cutter, body)
        else:
            split.partial = cutter.settings.partial
            _cut(split, delivery, cutter, cutter.reader.records(body, delivery.content_type))
    except UnreadableBody as unreadable:
        split.state = DeliveryState.UNREADABLE
        split.cause, split.detail = unreadable.cause, str(unreadable)
    return split


def _cut(split: Split, delivery: TakenDelivery, cutter: Cutter, records: list[Record]) -> None:
    times: Counter[str] = Counter()
    for position, record in enumerate(records, start=1):
        if cutter.is_skipped(record):
            split.skipped += 1
            continue
        made = new_job(delivery, cutter, record, position, delivery.sequence)
        if isinstance(made, NewJob):
            # Of one offer's records the later one is the newer: a microsecond for each of them,
            # and no more, as the next delivery may be close behind.
            made.sequence += times[made.external_id]
            times[made.external_id] += 1
            split.jobs.append(made)
        else:
            split.refused.append(made)
    if split.jobs:
        split.state = DeliveryState.STAGED
    if split.refused:
        split.cause = WorkCause.OFFERS_REFUSED
    elif split.skipped:
        split.detail = f"{split.skipped:,} records are left out by the mapping."


def new_job(
    delivery: TakenDelivery, cutter: Cutter, record: Record, position: int, sequence: int
) -> NewJob | ProblemRow:
    raw = DictRecord(record, position, None)
    external_id = record_id(raw, cutter.document.id)
    if isinstance(external_id, Problem):
        return ProblemRow(external_id, delivery.origin, None, "", position, None)
    return NewJob(
        origin=delivery.origin,
        external_id=external_id,
        sequence=sequence,
        version=cutter.version_of(record, sequence),
        position=position,
        line=None,
        raw_hash=raw.fingerprint(),
        record=record,
    )


def _note_changed(split: Split, delivery: TakenDelivery, cutter: Cutter, body: bytes) -> None:
    changed = cutter.reader.changed(body, delivery.content_type)
    if not changed.ids and not cutter.settings.list_url:
        raise names_no_offers(cutter.settings.ids_at)
    if not changed.are_gone:
        split.state = DeliveryState.FETCHING
        split.ids_left = changed.ids or None
        return
    split.state = DeliveryState.STAGED if changed.ids else DeliveryState.DONE
    split.jobs = [
        withdrawal(delivery, external_id, changed.values, position, delivery.sequence)
        for position, external_id in enumerate(changed.ids, start=1)
    ]


def withdrawal(
    delivery: TakenDelivery, external_id: str, values: Record, position: int, sequence: int
) -> NewJob:
    """Of an offer that its vendor has no record of any more."""
    record = {"id": external_id, **values, WITHDRAWN: True}
    return NewJob(
        origin=delivery.origin,
        external_id=external_id,
        sequence=sequence,
        version=None,
        position=position,
        line=None,
        raw_hash=DictRecord(record, position, None).fingerprint(),
        record=record,
    )
