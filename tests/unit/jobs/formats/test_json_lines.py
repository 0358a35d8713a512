"""Records read out of JSON lines, where a broken line costs its own record alone."""

from pathlib import Path
from typing import Any

import pytest

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.json_lines import read_jsonl
from webapp.offers.reading import Reading


def records_in(
    tmp_path: Path, body: bytes
) -> tuple[list[tuple[int | None, dict[str, Any]]], PermanentError | None]:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(body)
    facts, found, error = DocumentFacts(), [], None
    try:
        for raw in read_jsonl(path, Reading(container="jsonl"), facts=facts):
            found.append((raw.line, raw.as_dict()))
    except PermanentError as caught:
        error = caught
    assert facts.complete is (error is None)
    return found, error


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": 1}\n{"id": 2}',
        b'\n\r\n{"id": 1}\r\n\n  {"id": 2}\n\n',
        b'\xef\xbb\xbf{"id": 1}\n{"id": 2}\n',
        '{"id": 1}\n{"id": 2}\n'.encode("utf-16"),
        b'{"id": 1},\n{"id": 2},\n',
        b'\x1e{"id": 1}\n\x1e{"id": 2}\n',
    ],
)
def test_each_line_is_a_record(tmp_path: Path, body: bytes) -> None:
    found, error = records_in(tmp_path, body)
    assert ([record for _, record in found], error) == ([{"id": 1}, {"id": 2}], None)


def test_lines_are_counted_with_the_blank_ones(tmp_path: Path) -> None:
    found, _ = records_in(tmp_path, b'\n{"id": 1}\n\n\n{"id": 2}')
    assert [line for line, _ in found] == [2, 5]


@pytest.mark.parametrize("broken", ['{"id": 3', "[1]", "x", '{"a":' * 150 + "1" + "}" * 150])
def test_a_broken_line_costs_its_own_record_alone(tmp_path: Path, broken: str) -> None:
    found, error = records_in(tmp_path, f'{{"id": 1}}\n{{"id": 2}}\n{broken}\n{{"id": 4}}'.encode())
    assert error is None
    assert [record.get("id") for _, record in found] == [1, 2, None, 4]
    assert found[2][1] == {
        "#problems": [{"code": "record_unreadable", "field": "", "raw": broken[:120]}]
    }


def test_a_line_of_countless_parts_costs_its_own_record_alone(tmp_path: Path) -> None:
    countless = b'{"id": 3, "t": [' + b"{}," * 2_000_000 + b"{}]}"
    found, error = records_in(tmp_path, b'{"id": 1}\n{"id": 2}\n' + countless + b'\n{"id": 4}')
    assert error is None
    assert [record.get("id") for _, record in found] == [1, 2, None, 4]


def test_a_file_of_mostly_broken_lines_is_refused(tmp_path: Path) -> None:
    found, error = records_in(tmp_path, b'{"id": 1}\n' + b"{broken}\n" * 10_000)
    assert error is not None
    assert error.code == "not_json_lines"
    assert len(found) < 25


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    found, error = records_in(tmp_path, b'{"id": 1}\n{"t": "' + b"x" * 40_000_000)
    assert len(found) == 1
    assert error is not None
    assert (error.code, error.place) == ("value_too_large", "line 2")
