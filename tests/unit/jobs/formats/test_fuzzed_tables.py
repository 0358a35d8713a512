"""Whatever the bytes are: a table's reader gives records or says in words why not, in time."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.errors import PermanentError
from jobs.formats.blm import read_blm
from jobs.formats.csv_rows import read_csv
from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.sheets import read_sheet
from webapp.offers.problems import problem
from webapp.offers.reading import Container, Reading

Reader = Callable[..., Iterator[DictRecord]]

WORKBOOKS = Path(__file__).parent / "workbooks"
SIGNS = ['"', "'", ",", ";", "\t", "|", "#", "~", "!#", "||", "\n", "\r\n", "\r", '""', "\\", "\0"]
ODD = ["\ufeff", "\x1f", "\x85", "\u2028", " ", "=", "sep=;", "<", "{", "#END#", "x" * 300]
WORDS = ["a", "ref", "12", "1,5", "Бургас", "ü", "a.b", "a[0].c", "a[0]", "a.", "[1]", "http://x.y"]
PIECES = st.sampled_from([*SIGNS, *ODD, *WORDS])
TEXTS = st.lists(PIECES, max_size=60).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-16-le", "windows-1251", "cp850"])
TABLES = st.one_of(
    st.binary(max_size=400),
    st.builds(lambda text, encoding: text.encode(encoding, "replace"), TEXTS, ENCODINGS),
)
BLM = st.builds(
    lambda names, rows: f"#HEADER#\nEOF : '|'\nEOR : '~'\n#DEFINITION#\n{names}~\n#DATA#\n{rows}",
    TEXTS,
    TEXTS,
).map(lambda text: text.encode())


def check(read: Reader, container: Container, body: bytes, **reading: Any) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feed"
        path.write_bytes(body)
        facts, last_line, count = DocumentFacts(), 0, 0
        try:
            for raw in read(path, Reading(container=container, **reading), facts=facts):
                count += 1
                assert raw.position == count
                assert raw.line is not None
                assert raw.line > last_line or container == "xls"
                last_line = raw.line
                orjson.dumps(raw.record)
                assert "\0" not in str(raw.record)
                for flaw in raw.record.get("#problems", ()):
                    problem(**flaw)
        except PermanentError as error:
            assert error.message.endswith(".")
            assert not facts.complete
        else:
            assert facts.complete
        assert facts.records == count


@settings(max_examples=400, deadline=2000)
@given(TABLES)
@example(b"a;b\n1;\x00\n")
@example(b'"')
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_a_text_table_or_refused(body: bytes) -> None:
    check(read_csv, "csv", body)


@settings(max_examples=200, deadline=2000)
@given(
    TABLES,
    st.sampled_from([",", "!#", "a", '"', "\\", " ", "||"]),
    st.sampled_from(['"', "'", "", None]),
    st.sampled_from([0, 1, 3, None]),
)
def test_any_bytes_are_read_as_the_mapping_says_or_refused(
    body: bytes, delimiter: str, quote: str | None, header_row: int | None
) -> None:
    check(read_csv, "csv", body, delimiter=delimiter, quote=quote, header_row=header_row)


@settings(max_examples=300, deadline=2000)
@given(st.one_of(TABLES, BLM))
def test_any_bytes_are_blm_or_refused(body: bytes) -> None:
    check(read_blm, "blm", body)


@settings(max_examples=60, deadline=5000)
@given(st.one_of(TABLES, TEXTS.map(lambda text: f"<html><table><tr><td>{text}".encode())))
def test_any_bytes_are_a_sheet_or_refused(body: bytes) -> None:
    check(read_sheet, "xls", body)


@pytest.mark.parametrize("name", ["offers.xls", "locked.xlsx"])
@settings(max_examples=40, deadline=5000)
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused(name: str, data: st.DataObject) -> None:
    body = bytearray((WORKBOOKS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] = data.draw(st.integers(0, 255))
    check(read_sheet, "xls", bytes(body))


CELLS = st.text(st.sampled_from("ab,;|\"'\n é1"), max_size=12).map(str.strip)


@settings(max_examples=200, deadline=2000)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;|\t"))
def test_what_a_correct_program_writes_is_read_as_it_was(
    rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    numbered = [(str(number), *row) for number, row in enumerate(rows)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feed.csv"
        with path.open("w", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([("id", "x", "y", "z"), *numbered])
        reading = Reading(container="csv", delimiter=delimiter, quote='"', header_row=1)
        found = [raw.record for raw in read_csv(path, reading, facts=DocumentFacts())]
    names = ("id", "x", "y", "z")
    assert found == [
        {name: cell for name, cell in zip(names, row, strict=True) if cell} for row in numbered
    ]
