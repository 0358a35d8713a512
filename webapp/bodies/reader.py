"""From a body to its records, as a source's settings and mapping have them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from webapp.bodies.content import Content, content_of
from webapp.bodies.json_found import records_in
from webapp.bodies.json_path import EACH_ITEM, EACH_MEMBER, Branch, branches_of
from webapp.bodies.named_pairs import name_pairs
from webapp.bodies.place_of_records import Steps, place_in_json, place_in_xml
from webapp.bodies.record import Record
from webapp.bodies.unreadable import UnreadableBody
from webapp.bodies.xml_element import local_name, record_dict
from webapp.bodies.xml_shaped import shaper_of
from webapp.offers.conditions import any_condition_holds
from webapp.offers.identity import id_text
from webapp.offers.mapping import WITHDRAWN
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError, value_at, values_at
from webapp.offers.secrets import masked_record
from webapp.offers.used_paths import UsedPaths
from webapp.webhooks import WebhookSettings

MOST_RECORDS = 10_000
MOST_IDS = 5_000
_STEPS_OF_LISTS = (EACH_ITEM, EACH_MEMBER)


class Changed(NamedTuple):
    ids: list[str]
    values: Record
    """Of the body, under their `#names`."""
    are_gone: bool


class BodyReader:
    """Made once for a source's settings and mapping; `document`: None while there is none yet."""

    def __init__(
        self,
        settings: WebhookSettings,
        document: MappingDocument | None,
        *,
        records_at: str | None = None,
    ) -> None:
        """`records_at`: another place than that of the settings."""
        self._records_at = settings.records_at if records_at is None else records_at
        self._reading = document.reading if document else None
        self._names = UsedPaths(document).first_names() if document else frozenset[str]()
        # As RecordMatch of the feed's reader: the element's own name tells its records apart.
        last_names = {path.rpartition("/")[2] for path in self._feed_paths("xml")}
        self._is_named = len(last_names) > 1 or "*" in last_names
        self._values = {name: value_at(path) for name, path in settings.header_values.items()}
        self._ids = values_at(settings.ids_at) if settings.ids_at else None
        self._withdraws = any_condition_holds(settings.withdrawn_when)

    def records(self, body: bytes, content_type: str) -> list[Record]:
        """With the body's values under their `#names`, and `#withdrawn` where the offer is gone.

        :raise UnreadableBody:
        """
        content = content_of(body, content_type)
        records = self._records_of(content)
        if len(records) > MOST_RECORDS:
            raise UnreadableBody(
                "too_many_records",
                f"The body holds {len(records):,} records; {MOST_RECORDS:,} are taken at once.",
            )
        values = self._values_around(content)
        for record in records:
            # They are ours: no sender may set them.
            record.pop(WITHDRAWN, None)
            record.update(values)
            if self._says_gone(record):
                record[WITHDRAWN] = True
        return records

    def changed(self, body: bytes, content_type: str) -> Changed:
        """Of a body that only says which offers changed.

        :raise UnreadableBody:
        """
        content = content_of(body, content_type)
        around = self._values_around(content)
        values: list[Any] = []
        if self._ids is not None:
            with suppress(JMESPathError):
                values = self._ids(content.as_record())
        ids = list(dict.fromkeys(filter(None, map(id_text, values))))
        if len(ids) > MOST_IDS:
            raise UnreadableBody(
                "too_many_ids",
                f"The body names {len(ids):,} offers; {MOST_IDS:,} are fetched at once.",
            )
        as_record = content.as_record()
        said = {**as_record, **around} if type(as_record) is dict else around
        return Changed(ids, around, self._says_gone(said))

    def _says_gone(self, record: Record) -> bool:
        try:
            return self._withdraws(record)
        except JMESPathError:
            return False

    def _values_around(self, content: Content) -> Record:
        if not self._values:
            return {}
        around = content.as_record()
        found: Record = {}
        for name, value in self._values.items():
            try:
                found[name] = value(around)
            except JMESPathError:
                continue
        kept: Record = masked_record({name: value for name, value in found.items() if value})
        return kept

    def _records_of(self, content: Content) -> list[Record]:
        if content.xml is not None:
            return self._records_of_xml(content.xml)
        return self._records_of_json(content.json)

    def _records_of_json(self, content: Any) -> list[Record]:
        pairs = self._reading.pairs if self._reading else ()
        records = self._placed_in_json(content)
        return [name_pairs(record, pairs) for record in records] if pairs else records

    def _placed_in_json(self, content: Any) -> list[Record]:
        if self._records_at:
            records = _records_at(content, branches_of([self._records_at])[0])
            if records is None:
                raise _nothing_at(self._records_at)
            return records
        found = [
            _records_at(content, branch)
            for branch in branches_of(self._feed_paths("json", "jsonl"))
            if branch.steps[0] not in _STEPS_OF_LISTS
        ]
        if any(records is not None for records in found):
            return [record for records in found for record in records or ()]
        records = _records_at(content, Branch(place_in_json(content, self._names), ""))
        if records is None:
            raise UnreadableBody(
                "no_records", "The body is JSON, but no object in it, so it holds no record."
            )
        return records

    def _records_of_xml(self, root: Any) -> list[Record]:
        shaped = (self._reading and shaper_of(self._reading, root)) or record_dict
        records = []
        for element in self._placed_in_xml(root):
            record = shaped(element)
            if self._is_named:
                record["#name"] = local_name(element.tag)
            records.append(record)
        return records

    def _placed_in_xml(self, root: Any) -> list[Any]:
        if self._records_at:
            elements = _elements_at(root, tuple(self._records_at.strip("/").split("/")))
            if not elements:
                raise _nothing_at(self._records_at)
            return elements
        elements = [
            element
            for path in self._feed_paths("xml")
            for element in _elements_at(root, tuple(path.strip("/").split("/")))
        ]
        return elements or _elements_at(root, place_in_xml(root, self._names))

    def _feed_paths(self, *containers: str) -> Sequence[str]:
        if self._reading is None or self._reading.container not in containers:
            return ()
        return self._reading.record_paths


def _records_at(content: Any, branch: Branch) -> list[Record] | None:
    """None: nothing is there. What stands around a list is no part of the records."""
    at, steps = content, branch.steps
    while steps and steps[0] not in _STEPS_OF_LISTS:
        if type(at) is not dict:
            break
        at, steps = at.get(steps[0]), steps[1:]
    if type(at) is list and steps[:1] != (EACH_ITEM,):
        steps = (EACH_ITEM, *steps)
    if at == []:
        return []
    return list(records_in(at, [Branch(steps, branch.name)], {})) or None


def _elements_at(root: Any, segments: Steps) -> list[Any]:
    if segments[0] not in ("*", local_name(root.tag)):
        return []
    elements = [root]
    for segment in segments[1:]:
        elements = [
            child
            for element in elements
            for child in element.iterchildren("*" if segment == "*" else "{*}" + segment)
        ]
    return elements


def _nothing_at(path: str) -> UnreadableBody:
    return UnreadableBody(
        "no_records",
        f"The body holds no records at “{path}”, where the settings of this webhook expect them.",
    )
