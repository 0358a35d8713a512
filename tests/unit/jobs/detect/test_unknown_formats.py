"""Vendor files of unknown kinds in twelve languages: what detection proposes, held against what a
careful reader finds in them (README.md of tests/fixtures/unknown and of its folders)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jobs.detect import Detection, detect_feed
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from webapp.offers.canonical import canonical_offer
from webapp.offers.mapping import compile_mapping
from webapp.offers.paths import value_at

FOLDER = Path(__file__).parents[3] / "fixtures" / "unknown"
EXPECTED: dict[str, dict[str, Any]] = {
    str((file.parent / name).relative_to(FOLDER)): expected
    for file in (FOLDER / "expected.json", *FOLDER.glob("*/expected.json"))
    for name, expected in json.loads(file.read_text()).items()
}
BAR = 0.9


@pytest.fixture(params=sorted(EXPECTED))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(name: str, tmp_path: Path) -> Path:
    path = FOLDER / name
    return _workbook(path, tmp_path) if name.endswith(".xlsx.json") else path


def test_records_and_ids_are_found(name: str, file: Path) -> None:
    expected = EXPECTED[name]
    described = detect_feed(file).as_json()
    paths = (described["record_path"] or "").split(" | ") if described["record_path"] else []

    assert described["preset"] is None
    assert described["container"] == expected["container"]
    assert described["records"] == expected["records"]
    assert paths in (expected["record_paths"] or [], expected.get("record_paths_also"))
    assert _plain(described["id_path"]) in map(_plain, expected["id_path"])


def test_key_fields_are_proposed_from_the_right_paths(name: str, file: Path) -> None:
    proposed = detect_feed(file).as_json()["proposed"]
    wrong = [
        f"{targets}: {[proposed.get(target) for target in targets.split('|')]} not in {paths}"
        for targets, paths in EXPECTED[name]["fields"].items()
        if not any(
            _plain(proposed[target]) in map(_plain, paths)
            for target in targets.split("|")
            if target in proposed
        )
    ]

    assert len(wrong) <= (1 - BAR) * len(EXPECTED[name]["fields"]), wrong


def test_the_offers_hold_what_the_file_says(name: str, file: Path) -> None:
    expected = EXPECTED[name]
    offers = _offers(detect_feed(file), file, expected.get("values_id_path"))
    wrong = [
        f"{external_id} {field}: {_values(offers[external_id], field)} is not {value}"
        for external_id, values in expected["values"].items()
        for field, value in values.items()
        if not _is_right(_values(offers[external_id], field), value)
    ]

    assert len(wrong) <= (1 - BAR) * sum(map(len, expected["values"].values())), wrong


def test_every_proposed_rule_says_how_sure_it_is(file: Path) -> None:
    document = detect_feed(file).document
    rules = [rule for rule in document.fields.values() if not isinstance(rule, tuple)]

    assert rules
    assert all(rule.confidence is not None and rule.confidence >= 0.5 for rule in rules)


def _offers(found: Detection, file: Path, id_path: str | None) -> dict[str, dict[str, Any]]:
    mapper = compile_mapping(found.document)
    offers = {}
    for raw in read_feed(file, found.document.reading, facts=DocumentFacts()):
        record = raw.as_dict()
        offer, problems = canonical_offer(mapper(record).offer)
        assert offer is not None, problems
        offers[str(value_at(id_path)(record)) if id_path else offer["external_id"]] = offer
    return offers


def _values(offer: dict[str, Any], fields: str) -> list[Any]:
    """What the offer has in any of the fields; of deals that of the first."""
    found: list[Any] = []
    for field in fields.split("|"):
        if field == "images":
            found.append(sum(medium["kind"] in ("image", "plan") for medium in offer["media"]))
            continue
        at: Any = offer
        for key in field.split("."):
            at = at[0] if isinstance(at, list) and at else at
            at = at.get(key) if isinstance(at, dict) else None
        found.append(at)
    return found


def _is_right(values: list[Any], expected: Any) -> bool:
    """Where the file says nothing, an offer may say nothing or none."""
    if expected is None:
        return all(value in (None, 0) for value in values)
    return expected in values


def _plain(path: str) -> str:
    """Of several columns the first; without quotes."""
    return path.removeprefix("[").partition(", ")[0].rstrip("]").replace('"', "")


def _workbook(rows_file: Path, folder: Path) -> Path:
    described = json.loads(rows_file.read_text())
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = described["sheet"]
    for row in described["rows"]:
        sheet.append(
            [
                datetime.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell
                for cell in row
            ]
        )
    for cells in described["merged"]:
        sheet.merge_cells(cells)
    path = folder / rows_file.name.removesuffix(".json")
    book.save(path)
    return path
