"""Records read out of a JSON document one by one, whole or broken."""

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.json_records import read_json
from webapp.offers.reading import Reading


def records_in(
    tmp_path: Path, body: bytes | str, *record_paths: str, encoding: str | None = None
) -> tuple[list[dict[str, Any]], DocumentFacts, PermanentError | None]:
    """What was yielded, what was learned, and how it ended."""
    path = tmp_path / "feed.json"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    reading = Reading(container="json", record_paths=record_paths, encoding=encoding)
    facts, found, error = DocumentFacts(), [], None
    try:
        for raw in read_json(path, reading, facts=facts):
            assert raw.position == len(found) + 1
            found.append(raw.as_dict())
    except PermanentError as caught:
        error = caught
    assert facts.records == len(found)
    assert facts.complete is (error is None)
    return found, facts, error


@pytest.mark.parametrize(
    ("body", "record_paths", "found"),
    [
        ('[{"id": 1}, {"id": 2}]', ["[]"], [{"id": 1}, {"id": 2}]),
        ('[{"id": 1}]', [], [{"id": 1}]),
        ('{"id": 1, "images": [1]}', [], [{"id": 1, "images": [1]}]),
        ('{"D": {"Results": [{"id": 1}]}}', ["D.Results[]"], [{"id": 1}]),
        ('{"value": {"id": 1}}', ["value[]"], [{"id": 1}]),
        ('{"data": {"listing": {"id": 1}}}', ["data.listing"], [{"id": 1}]),
        ('{"x": [[{"id": 0}]], "a": [{"id": 1}]}', ["a[]"], [{"id": 1}]),
        (
            '{"o": {"7": {"a": 1}, "x": {"a": 2}}}',
            ["o{}"],
            [{"a": 1, "#key": "7"}, {"a": 2, "#key": "x"}],
        ),
        ('{"7": {"a": 1}}', ["{}"], [{"a": 1, "#key": "7"}]),
        (
            '{"a": {"0": {"id": 1}, "2": {"id": 2}}}',
            ["a[]"],
            [{"id": 1, "#key": "0"}, {"id": 2, "#key": "2"}],
        ),
        (
            '[{"city": "A", "b": [{"id": 1}], "zip": 9}]',
            ["[].b[]"],
            [{"id": 1, "#parent": {"city": "A", "zip": 9}}],
        ),
        (
            '{"top": 1, "g": [{"n": "x", "h": {"m": 2, "b": [{"id": 1}]}}]}',
            ["g[].h.b[]"],
            [{"id": 1, "#parent": {"n": "x", "m": 2}}],
        ),
        (
            '{"sales": [{"id": 1}], "lets": [{"id": 2}]}',
            ["lets[]", "sales[]"],
            [{"id": 1, "#name": "sales"}, {"id": 2, "#name": "lets"}],
        ),
        (
            '[{"id": 1, "units": [{"id": 2}]}]',
            ["[]", "[].units[]"],
            [{"id": 1, "units": [{"id": 2}]}, {"id": 2, "#name": "units", "#parent": {"id": 1}}],
        ),
        ('[null, 1, [], {}, "a", {"id": 1},]', ["[]"], [{}, {"id": 1}]),
        ("[]", ["[]"], []),
        ("{}", ["a[]"], []),
        ('{"b": [{"id": 1}]}', ["a[]"], []),
    ],
)
def test_records_are_found_by_their_path(
    tmp_path: Path, body: str, record_paths: list[str], found: list[dict[str, Any]]
) -> None:
    records, _, error = records_in(tmp_path, body, *record_paths)
    assert (records, error) == (found, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    records, _, _ = records_in(tmp_path, '[{"град": "Бургас"}]'.encode(encoding))
    assert records == [{"град": "Бургас"}]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1251", "Тристаен апартамент с морска гледка в центъра"),
        ("koi8-r", "Трёхкомнатная квартира с видом на море в центре"),
        ("windows-1252", "Großzügige Wohnung in München, Küche – 3. Stock"),
    ],
)
def test_an_old_code_page_is_worked_out(tmp_path: Path, encoding: str, text: str) -> None:
    records, facts, _ = records_in(tmp_path, f'[{{"t": "{text}"}}]'.encode(encoding))
    assert (records, facts.encoding) == ([{"t": text}], encoding)


def test_numbers_keep_their_kind_and_what_no_database_takes_is_left_out(tmp_path: Path) -> None:
    body = r'[{"i": 7, "f": 2.50, "nan": NaN, "inf": -Infinity, "huge": 1e999, "big": 1234567890'
    body += r'1234567890, "half": "a\ud83d", "whole": "\ud83d\ude00", "nul\u0000": "a\u0000b"}]'
    records, _, _ = records_in(tmp_path, body)
    assert records == [
        {
            "i": 7,
            "f": 2.5,
            "nan": None,
            "inf": None,
            "huge": None,
            "big": "12345678901234567890",
            "half": "a",
            "whole": "😀",
            "nul": "ab",
        }
    ]


def test_several_documents_in_one_file_are_read_in_turn(tmp_path: Path) -> None:
    records, _, error = records_in(tmp_path, '{"id": 1} {"id": 2}\n\n[{"id": 3}]')
    assert (records, error) == ([{"id": 1}, {"id": 2}, {"id": 3}], None)


def test_what_stands_around_the_records_is_the_header(tmp_path: Path) -> None:
    body = {
        "agency": "Harbour Homes",
        "meta": {"made": "2026-11-20", "full": True},
        "long": "x" * 100_000,
        "data": {"mode": "full", "offers": [{"id": 1}], "count": 1},
    }
    _, facts, _ = records_in(tmp_path, json.dumps(body), "data.offers[]")
    assert facts.header == {
        "agency": "Harbour Homes",
        "meta": {"made": "2026-11-20", "full": True},
        "data": {"mode": "full", "count": 1},
    }
    assert facts.declared_count == 1


def test_the_header_hides_its_secrets(tmp_path: Path) -> None:
    body = {
        "login": "harbour",
        "password": "hush",
        "data": {"made": "2026", "user": "harbour", "token": "hush", "offers": [{"id": 1}]},
    }
    _, facts, _ = records_in(tmp_path, json.dumps(body), "data.offers[]")
    assert facts.header == {
        "login": "***",
        "password": "***",
        "data": {"made": "2026", "user": "***", "token": "***"},
    }


def test_a_header_without_end_is_noted_in_part(tmp_path: Path) -> None:
    body = "{" + "".join(f'"k{n}": {n}, ' for n in range(5000)) + '"a": [{"id": 1}]}'
    records, facts, _ = records_in(tmp_path, body, "a[]")
    assert records == [{"id": 1}]
    assert len(facts.header) == 200


@pytest.mark.parametrize(
    ("around", "declared"),
    [
        ('"total": 12', 12),
        ('"meta": {"record_count": 12}', 12),
        ('"count": "12"', None),
        ('"@odata.count": 12', None),
        ('"total": 12, "page": 1', None),
        ('"total": 12, "links": {"next": null}', None),
    ],
)
def test_a_count_is_believed_only_where_it_counts_this_file(
    tmp_path: Path, around: str, declared: int | None
) -> None:
    _, facts, _ = records_in(tmp_path, f'{{{around}, "a": [{{"id": 1}}]}}', "a[]")
    assert facts.declared_count == declared


def test_records_cross_the_pieces_in_which_a_file_is_read(tmp_path: Path) -> None:
    rows = [{"id": n, "text": "я" * 700, "list": [n] * (n % 7)} for n in range(3000)]
    text = json.dumps({"a": rows}, indent=1, ensure_ascii=False)
    path = tmp_path / "feed"
    path.write_text(text)
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line == "  {"]
    reading = Reading(container="json", record_paths=("a[]",))
    seen = [(raw.as_dict(), raw.line) for raw in read_json(path, reading, facts=DocumentFacts())]
    assert seen == list(zip(rows, lines, strict=True))


def test_a_parent_too_large_to_hold_gives_what_stands_before_its_list(tmp_path: Path) -> None:
    parent = {"city": "A", "b": [{"id": n, "text": "x" * 1000} for n in range(10_000)], "zip": 9}
    records, _, error = records_in(tmp_path, json.dumps([parent]), "[].b[]")
    assert (len(records), error) == (10_000, None)
    assert records[-1]["#parent"] == {"city": "A"}


@pytest.mark.parametrize(
    ("body", "code", "said", "place"),
    [
        ('[{"id": 1},\n{"id": 2}, {"id": 3', "not_well_formed", "file ends", "line 2, record 3"),
        ('[{"id": 1},\n{"id": 2}', "not_well_formed", "file ends", "line 2, record 3"),
        (
            '[{"id": 1}, {"id": 2}, {"id" 3}, ' + "9," * 99,
            "not_well_formed",
            "delimiter",
            "record 3",
        ),
        ('[{"id": 1}, {"id": 2} {"id": 3}]', "not_well_formed", "comma", "line 1, record 3"),
        ('[{"id": 1}, {"id": 2}, ' + "[" * 9999, "too_deep", "100 levels", "record 3"),
        ('[{"id": 1}, {"id": 2}, ' + '{"a":' * 150 + "1" + "}" * 150 + "]", "too_deep", "", ""),
    ],
)
def test_a_broken_document_gives_the_records_before_and_says_where(
    tmp_path: Path, body: str, code: str, said: str, place: str
) -> None:
    records, _, error = records_in(tmp_path, body, "[]")
    assert records == [{"id": 1}, {"id": 2}]
    assert error is not None
    assert error.code == code
    assert said in error.message
    assert place in error.place


@pytest.mark.parametrize(
    "body",
    [b'[{"id": 1}, {"t": "' + b"x" * 60_000_000, b'{"x": "' + b"x" * 60_000_000,
     b'[{"id": 1}, {"t": [' + b"1," * 30_000_000, b'[{"id": 1}, {"t": [' + b"{}," * 3_000_000],
)  # fmt: skip
def test_a_value_without_end_is_refused(tmp_path: Path, body: bytes) -> None:
    _, _, error = records_in(tmp_path, body, "[]" if body[:1] == b"[" else "a[]")
    assert error is not None
    assert error.code == "value_too_large"


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    _, _, error = records_in(tmp_path, "<root/>")
    assert error is not None
    assert error.code == "not_json"
