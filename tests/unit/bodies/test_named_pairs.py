"""Members of JSON records that name their own value."""

import json
from pathlib import Path

from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from webapp.offers.reading import Pairs, Reading

PAIRS = (Pairs(path="more.attributes", key="code", value="value"),)
OFFER = {
    "id": 7,
    "more": {
        "attributes": [
            {"code": "price", "value": 120000},
            {"code": "photo", "value": "a.jpg"},
            {"code": "photo", "value": "b.jpg"},
            {"code": "pool", "value": None},
            {"code": None, "value": "lost"},
        ]
    },
}
NAMED = {"id": 7, "more": {"attributes": {"price": 120000, "photo": ["a.jpg", "b.jpg"]}}}
PLAIN = {"id": 8, "more": None}


def test_pairs_of_json_records_become_members(tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    file.write_text(json.dumps({"offers": [OFFER, PLAIN]}))
    reading = Reading(container="json", record_paths=("offers[]",), pairs=PAIRS)

    records = [raw.as_dict() for raw in read_feed(file, reading, facts=DocumentFacts())]

    assert records == [NAMED, PLAIN]


def test_pairs_of_json_lines_become_members(tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    file.write_text(f"{json.dumps(OFFER)}\n{json.dumps(PLAIN)}\n")
    reading = Reading(container="jsonl", pairs=PAIRS)

    records = [raw.as_dict() for raw in read_feed(file, reading, facts=DocumentFacts())]

    assert records == [NAMED, PLAIN]
