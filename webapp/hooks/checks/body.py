"""A body cut into records, and what would become of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import time_ns

from webapp.bodies.reader import BodyReader
from webapp.bodies.record import Record
from webapp.bodies.unreadable import UnreadableBody, names_no_offers
from webapp.bodies.version import compiled_version
from webapp.hooks.checks.records import (
    REFUSED,
    CheckedRecord,
    TriedRecord,
    checked_records,
)
from webapp.models import Lifecycle, Outcome, Source
from webapp.offers.conditions import Holds, any_condition_holds
from webapp.offers.identity import external_id, usable_id
from webapp.offers.mapping import compile_mapping
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError
from webapp.offers.problems import Problem
from webapp.queries.known_offers import known_offers, known_records
from webapp.services.value_decisions import value_tables
from webapp.webhooks import WebhookSettings

MOST_BYTES = 256 * 1024
MOST_RECORDS = 50
LEFT_OUT = "left_out"
"""The mapping says that it is no offer."""
FETCHED = "fetched"
"""Only its id came."""
UNMAPPED = "unmapped"
"""The source has no mapping yet."""


@dataclass(frozen=True, slots=True)
class CheckedBody:
    records: int = 0
    """In the body; the first MOST_RECORDS of them are checked."""
    checked: list[CheckedRecord] = field(default_factory=list)
    reads_feed: bool = False
    unreadable: UnreadableBody | None = None

    @property
    def refused(self) -> int:
        """Of those that were checked."""
        return sum(one.outcome == REFUSED for one in self.checked)


def checked_body(
    source: Source, settings: WebhookSettings, body: bytes, content_type: str
) -> CheckedBody:
    if settings.shape == "ring":
        return CheckedBody(reads_feed=True)
    document = MappingDocument.model_validate(source.mapping.document) if source.mapping else None
    reader = BodyReader(settings, document)
    try:
        if settings.shape == "ids":
            return _named(source, settings, reader, body, content_type)
        records = reader.records(body, content_type)
    except UnreadableBody as unreadable:
        return CheckedBody(unreadable=unreadable)
    some = records[:MOST_RECORDS]
    if document is None:
        unmapped = [CheckedRecord(at, "", UNMAPPED) for at in range(1, len(some) + 1)]
        return CheckedBody(len(records), unmapped)
    return CheckedBody(len(records), _checked(source, settings, document, some))


def _named(
    source: Source, settings: WebhookSettings, reader: BodyReader, body: bytes, content_type: str
) -> CheckedBody:
    """:raise UnreadableBody: it names no offers"""
    changed = reader.changed(body, content_type)
    if not changed.ids and not settings.list_url:
        raise names_no_offers(settings.ids_at)
    some = changed.ids[:MOST_RECORDS]
    known = known_offers(source.id, some) if changed.are_gone else {}
    checked = []
    for position, id in enumerate(some, start=1):
        is_live = id in known and known[id].lifecycle != Lifecycle.WITHDRAWN
        gone = Outcome.WITHDRAWN if is_live else Outcome.UNCHANGED
        checked.append(CheckedRecord(position, id, gone if changed.are_gone else FETCHED))
    return CheckedBody(len(changed.ids), checked)


def _checked(
    source: Source, settings: WebhookSettings, document: MappingDocument, records: Sequence[Record]
) -> list[CheckedRecord]:
    checked, tried = [], []
    is_left_out = any_condition_holds(document.skip_when)
    now = time_ns() // 1_000
    version_at = settings.version_at
    version_of = compiled_version(version_at, document.zone) if version_at else None
    for position, record in enumerate(records, start=1):
        id = usable_id(external_id(record, document))
        if _holds(is_left_out, record):
            checked.append(CheckedRecord(position, id if isinstance(id, str) else "", LEFT_OUT))
        elif isinstance(id, Problem):
            checked.append(CheckedRecord(position, "", REFUSED, [id]))
        else:
            version = version_of(record, now) if version_of else None
            tried.append(TriedRecord(position, id, record, version, now + position))
    ids = {one.external_id for one in tried}
    is_partial = settings.partial or document.partial
    checked += checked_records(
        tried,
        known_offers(source.id, ids),
        known_records(source.id, ids) if is_partial else None,
        compile_mapping(document, value_tables(source.id)),
    )
    return sorted(checked, key=lambda one: one.position)


def _holds(condition: Holds, record: Record) -> bool:
    try:
        return condition(record)
    except JMESPathError:
        return False
