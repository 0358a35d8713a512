"""What a preset makes of one of the fixtures in tests/fixtures/feeds: read, mapped and judged by
the pipeline's own functions, without a database."""

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from jobs.header_values import with_header
from jobs.skipped_records import without_skipped
from webapp.offers.canonical import canonical_offer
from webapp.offers.identity import external_id
from webapp.offers.mapping import compile_mapping
from webapp.presets import load_preset

FEEDS = Path(__file__).parent / "fixtures" / "feeds"
Offer = dict[str, Any]


class Mapped(NamedTuple):
    offers: dict[str, Offer]
    problems: dict[str, list[tuple[str, str, str]]]
    withdrawn: list[str]


class Feed:
    """A file under a preset; read when a test first asks for something of it."""

    def __init__(self, preset: str, file: Path) -> None:
        self.preset = preset
        self.file = file

    @property
    def offers(self) -> dict[str, Offer]:
        """By external id, in the order of the file."""
        return self._mapped.offers

    @property
    def problems(self) -> dict[str, list[tuple[str, str, str]]]:
        """Code, field and raw value of each, by external id; only of offers that have any."""
        return self._mapped.problems

    @property
    def withdrawn(self) -> list[str]:
        """The ids of the records that say their offer is gone."""
        return self._mapped.withdrawn

    @cached_property
    def _mapped(self) -> Mapped:
        document = load_preset(self.preset)
        map_record = compile_mapping(document)
        mapped = Mapped({}, {}, [])
        facts = DocumentFacts()
        raw_records = read_feed(self.file, document.reading, facts=facts)
        headed = with_header(raw_records, document.header, facts)
        for raw in without_skipped(headed, document, facts):
            record = raw.as_dict()
            made = map_record(record)
            if made.withdraws:
                mapped.withdrawn.append(external_id(record, document))
                continue
            offer, found = canonical_offer(made.offer)
            assert offer is not None
            mapped.offers[offer["external_id"]] = offer
            noted = [(each.code, each.field, each.raw) for each in (*made.problems, *found)]
            if noted:
                mapped.problems[offer["external_id"]] = noted
        return mapped


def deals(offer: Offer) -> list[tuple[Any, ...]]:
    return [
        (deal["deal"], deal["amount"], deal["currency"], deal["period"]) for deal in offer["deals"]
    ]


def media(offer: Offer) -> list[tuple[Any, ...]]:
    """Kind, address or file name, and whether it is the main picture."""
    return [
        (medium["kind"], medium.get("url") or medium["archive_path"], medium["main"])
        for medium in offer["media"]
    ]


def features(offer: Offer) -> list[str | None]:
    return [feature["code"] for feature in offer["features"]]
