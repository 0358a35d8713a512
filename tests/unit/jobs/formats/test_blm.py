"""Records read out of BLM files, whole or broken."""

from pathlib import Path
from typing import Any

import pytest

from jobs.errors import PermanentError
from jobs.formats.blm import read_blm, worked_out
from jobs.formats.facts import DocumentFacts
from webapp.offers.reading import Reading

HEAD = (
    "#HEADER#\nVersion : 3\nEOF : '^'\nEOR : '~'\nProperty Count : 2\n\n"
    "#DEFINITION#\nAGENT_REF^TOWN^DESCRIPTION^PRICE^~\n\n#DATA#\n"
)


def records_in(
    tmp_path: Path, body: bytes | str
) -> tuple[list[dict[str, Any]], DocumentFacts, PermanentError | None, list[int | None]]:
    path = tmp_path / "feed.blm"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    facts, found, lines, error = DocumentFacts(), [], [], None
    try:
        for raw in read_blm(path, Reading(container="blm"), facts=facts):
            found.append(raw.as_dict())
            lines.append(raw.line)
    except PermanentError as caught:
        error = caught
    assert facts.records == len(found)
    assert facts.complete is (error is None)
    return found, facts, error, lines


ROWS = "A1^Leeds^Two <b>rooms</b>^1^~\nA2^York^Loft^2^~\n#END#\n"
FOUND = [
    {"AGENT_REF": "A1", "TOWN": "Leeds", "DESCRIPTION": "Two <b>rooms</b>", "PRICE": "1"},
    {"AGENT_REF": "A2", "TOWN": "York", "DESCRIPTION": "Loft", "PRICE": "2"},
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("signs", ["^~", "|~", "¬\\", "¦;"])
def test_rows_are_cut_by_the_signs_that_the_header_declares(
    tmp_path: Path, signs: str, end: str
) -> None:
    body = (HEAD + ROWS).translate(str.maketrans("^~", signs)).replace("\n", end)
    found, facts, error, lines = records_in(tmp_path, body)
    assert (found, error, lines) == (FOUND, None, [11, 12])
    assert (facts.declared_count, facts.header["version"]) == (2, "3")


@pytest.mark.parametrize(
    "rows",
    [
        "A1^Leeds^Two <b>rooms</b>^1^~A2^York^Loft^2^~#END#",
        "A1^Leeds^Two <b>rooms</b>^1~\nA2^York^Loft^2~\n#END#",
        "A1^Leeds^Two <b>rooms</b>^1^~\n\n\nA2^York^Loft^2^~\n\n#END#\nbye",
        "A1^Leeds^Two <b>rooms</b>^1^~\nA2^York^Loft^2^\n#END#",
    ],
)
def test_rows_may_end_in_several_ways(tmp_path: Path, rows: str) -> None:
    found, _, error, _ = records_in(tmp_path, HEAD + rows)
    assert (found, error) == (FOUND, None)


def test_texts_may_hold_line_ends_and_the_sign_that_ends_rows(tmp_path: Path) -> None:
    rows = "A1^Leeds^one\r\ntwo ~100 yards^1^~\r\nA2^York^Loft^2^~\r\n#END#"
    found, _, error, lines = records_in(tmp_path, HEAD + rows)
    assert error is None
    assert found[0]["DESCRIPTION"] == "one\ntwo ~100 yards"
    assert lines == [11, 13]


def test_rows_of_another_width_are_flawed(tmp_path: Path) -> None:
    found, _, _, _ = records_in(tmp_path, HEAD + "A1^Leeds~\nA2^York^a^b^c^d^~\n#END#")
    assert [record["#problems"][0]["code"] for record in found] == ["short_row", "ragged_row"]
    assert found[1]["#extra"] == ["c", "d"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_the_encoding_is_worked_out(tmp_path: Path, encoding: str) -> None:
    body = HEAD + "A1^Castéll^Café – près de la façade^£1^~\n#END#"
    found, facts, _, _ = records_in(tmp_path, body.encode(encoding))
    assert found[0]["DESCRIPTION"] == "Café – près de la façade"
    assert facts.encoding == encoding


@pytest.mark.parametrize(
    "rows", ["A1^Leeds^x^1^~\n", "A1^Leeds^x^1^~\nA2^York^Lo", "A1^Leeds^x^1~"]
)
def test_without_its_end_a_file_is_not_complete(tmp_path: Path, rows: str) -> None:
    found, _, error, _ = records_in(tmp_path, HEAD + rows)
    assert [record["AGENT_REF"] for record in found] == ["A1"]
    assert error is not None
    assert error.code == "truncated"
    assert "#END#" in error.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("#HEADER#\nEOF : '|'\n", "#DEFINITION# and #DATA#"),
        (HEAD.replace("EOF : '^'", "") + ROWS, "EOF"),
        (HEAD.replace("'~'", "'^'") + ROWS, "same sign"),
        (HEAD.replace("AGENT_REF^TOWN^DESCRIPTION^PRICE^", "") + ROWS, "names no columns"),
    ],
)
def test_another_structure_is_named(tmp_path: Path, body: str, words: str) -> None:
    found, _, error, _ = records_in(tmp_path, body)
    assert (found, error is not None and error.code) == ([], "wrong_blm")
    assert words in str(error)


def test_xml_named_blm_is_refused(tmp_path: Path) -> None:
    _, _, error, _ = records_in(tmp_path, "<?xml version='1.0'?><clients/>")
    assert error is not None
    assert error.code == "not_blm"


def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    found, _, error, _ = records_in(tmp_path, HEAD + "A1^Leeds^x^1^~\nA2^" + "x" * 9_000_000)
    assert len(found) == 1
    assert error is not None
    assert error.code == "row_too_long"


def test_many_rows_keep_their_lines(tmp_path: Path) -> None:
    rows = "".join(f"A{number}^Leeds^a\nb {number}^1^~\n" for number in range(40_000))
    found, _, error, lines = records_in(tmp_path, f"{HEAD}{rows}#END#")
    assert (len(found), error) == (40_000, None)
    assert lines[-1] == 11 + 2 * 39_999


def test_what_was_worked_out_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "feed.blm"
    path.write_text(HEAD + ROWS)
    reading = worked_out(path, None)
    assert (reading.delimiter, reading.columns) == (
        "^",
        ("AGENT_REF", "TOWN", "DESCRIPTION", "PRICE"),
    )
