"""Records read out of workbooks of three kinds, and out of what only bears their name."""

import struct
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.sheets import read_sheet, worked_out
from webapp.offers.reading import Reading

WORKBOOKS = Path(__file__).parent / "workbooks"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def records_in(
    path: Path, **reading: Any
) -> tuple[list[dict[str, Any]], DocumentFacts, PermanentError | None, list[int | None]]:
    """What was yielded, what was learned, how it ended, and the rows of the records."""
    facts, found, rows, error = DocumentFacts(), [], [], None
    try:
        for raw in read_sheet(path, Reading(**{"container": "xlsx", **reading}), facts=facts):
            found.append(raw.as_dict())
            rows.append(raw.line)
    except PermanentError as caught:
        error = caught
    assert facts.records == len(found)
    assert facts.complete is (error is None)
    return found, facts, error, rows


def workbook(tmp_path: Path, fill: Callable[[Workbook, Worksheet], None]) -> Path:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(book, sheet)
    path = tmp_path / "offers.xlsx"
    book.save(path)
    return path


def test_cells_keep_their_kinds(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.append(["ref", "rooms", "area", "sea view", "built", "seen", "at", "text", "none"])
        moment = datetime(2026, 5, 1, 12, 30)
        sheet.append(["0012", 3.0, 2.5, True, date(2026, 5, 1), moment, time(9, 5), " a ", None])
        sheet.append([12345678901, -1, 0, False, None, None, None, "", " "])

    found, _, _, rows = records_in(workbook(tmp_path, fill))
    assert found == [
        {
            "ref": "0012",
            "rooms": 3,
            "area": 2.5,
            "sea view": True,
            "built": "2026-05-01",
            "seen": "2026-05-01T12:30:00",
            "at": "09:05:00",
            "text": "a",
        },
        {"ref": 12345678901, "rooms": -1, "area": 0, "sea view": False},
    ]
    assert [type(found[0]["rooms"]), type(found[0]["sea view"])] == [int, bool]
    assert rows == [2, 3]


def test_the_names_stand_below_titles_and_empty_rows_are_skipped(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet["B2"] = "Offers of Harbour Homes"
        sheet.merge_cells("B2:E2")
        for column, name in zip("BCDE", ["ref", "town", "image[0].url", "town"], strict=True):
            sheet[f"{column}4"] = name
        for row in (6, 9):
            for column, value in zip("BCDE", [f"A-{row}", "Varna", "a.jpg", "x"], strict=True):
                sheet[f"{column}{row}"] = value

    found, facts, _, rows = records_in(workbook(tmp_path, fill))
    assert found[0] == {"ref": "A-6", "town": "Varna", "image": [{"url": "a.jpg"}], "town 2": "x"}
    assert facts.reading is not None
    assert (facts.reading.header_row, rows) == (4, [6, 9])


def two_sheets(book: Workbook, sheet: Worksheet) -> None:
    sheet.title, sheet.sheet_state = "Hidden", "hidden"
    sheet.append(["secret", "of", "house"])
    book.create_sheet("Empty")
    book.create_sheet("Sales").append(["ref", "town"])
    book["Sales"].append(["S-1", "Varna"])
    book.create_sheet("Lets").append(["ref", "town"])
    book["Lets"].append(["L-1", "Burgas"])


def test_the_first_sheet_with_rows_that_people_see_is_read(tmp_path: Path) -> None:
    found, facts, _, _ = records_in(workbook(tmp_path, two_sheets))
    assert found == [{"ref": "S-1", "town": "Varna"}]
    assert facts.reading is not None
    assert facts.reading.sheet == "Sales"


def test_the_sheet_that_the_mapping_names_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, two_sheets)
    assert records_in(path, sheet="Lets")[0] == [{"ref": "L-1", "town": "Burgas"}]
    _, _, error, _ = records_in(path, sheet="Plots")
    assert error is not None
    assert error.code == "sheet_missing"
    assert "“Sales”" in error.message


def test_a_workbook_without_rows_has_no_records(tmp_path: Path) -> None:
    assert records_in(workbook(tmp_path, lambda book, sheet: None))[0] == []


def test_an_error_in_a_cell_is_a_flaw_of_its_record(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.append(["ref", "price", "town"])
        sheet.append(["A-1", "#DIV/0!", "#N/A"])
        sheet.append(["A-2", 2, "Varna"])

    found, _, _, _ = records_in(workbook(tmp_path, fill))
    assert found[0] == {
        "ref": "A-1",
        "#problems": [
            {"code": "cell_error", "field": "", "raw": "#DIV/0! (B2)"},
            {"code": "cell_error", "field": "", "raw": "#N/A (C2)"},
        ],
    }
    assert found[1] == {"ref": "A-2", "price": 2, "town": "Varna"}


def test_an_old_workbook_is_read() -> None:
    found, facts, _, rows = records_in(WORKBOOKS / "offers.xls")
    assert found == [
        {"Ref": "H-1", "Price": 125000, "Built": "2024-05-01", "Sea view": True, "Town": "Бургас"},
        {"Ref": "H-2", "Price": 99000.5, "Built": "2020-01-31", "Sea view": False, "Town": "Варна"},
    ]
    assert facts.reading is not None
    assert (facts.reading.container, facts.reading.header_row, rows) == ("xls", 3, [4, 5])


def ods(path: Path, rows: str) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Offers">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/></manifest:manifest>',
        )
    return path


def ods_row(*cells: str) -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{made}</table:table-row>"


def test_a_sheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    path = ods(tmp_path / "offers.ods", ods_row("ref", "town") + ods_row("A-1", "Бургас"))
    found, facts, _, _ = records_in(path)
    assert found == [{"ref": "A-1", "town": "Бургас"}]
    assert facts.reading is not None
    assert facts.reading.container == "ods"


CALC = 'xmlns:calc="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


@pytest.mark.parametrize(
    "cell",
    [
        f'<table:table-cell {CALC} table:formula="of:=1/0" office:value-type="string" '
        'calc:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
        '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
        "<text:p>#DIV/0!</text:p></table:table-cell>",
    ],
)
def test_an_error_in_a_cell_of_libreoffice_is_a_flaw_of_its_record(
    tmp_path: Path, cell: str
) -> None:
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    wide = '<table:table-cell table:number-columns-repeated="26"/>'
    broken = f"<table:table-row>{ods_row('A-1')[17:-18]}{wide}{cell}</table:table-row>"
    path = ods(tmp_path / "offers.ods", ods_row("ref", "town") + blank + broken)
    found, _, _, rows = records_in(path)
    assert rows == [4]
    assert found[0]["ref"] == "A-1"
    assert {"code": "cell_error", "field": "", "raw": "#DIV/0! (AB4)"} in found[0]["#problems"]


def test_an_error_in_a_cell_of_an_old_workbook_is_a_flaw_of_its_record(tmp_path: Path) -> None:
    body = bytearray((WORKBOOKS / "offers.xls").read_bytes())
    # Truth and errors are one kind of cell: this one says that H-2 has no sea view.
    at = body.index(struct.pack("<4H", 0x205, 8, 4, 3))
    body[at + 10 : at + 12] = bytes([0x17, 1])
    path = tmp_path / "offers.xls"
    path.write_bytes(body)
    found, _, _, rows = records_in(path)
    assert rows == [4, 5]
    assert "#problems" not in found[0]
    assert found[1]["#problems"] == [{"code": "cell_error", "field": "", "raw": "#REF! (D5)"}]
    assert (found[1]["Town"], "Sea view" in found[1]) == ("Варна", False)


def test_a_sheet_that_repeats_its_rows_without_end_is_refused(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>'
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    _, _, error, _ = records_in(ods(tmp_path / "offers.ods", ods_row("a", "b") + row))
    assert error is not None
    assert error.code in ("workbook_too_large", "broken_workbook")
    assert "too large" in error.message or "too many cells" in error.message


def test_a_cell_far_out_does_not_end_the_worker(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"], sheet["XFD1048576"] = "ref", "town", "far"

    _, _, error, _ = records_in(workbook(tmp_path, fill))
    assert error is not None
    assert error.code == "workbook_too_large"


def test_a_workbook_that_unpacks_to_an_attack_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "offers.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(60):
                sheet.write(b" " * 1_000_000)
    _, _, error, _ = records_in(path)
    assert error is not None
    assert error.code == "archive_bomb"


def test_a_workbook_with_a_password_is_refused_in_plain_words() -> None:
    _, _, error, _ = records_in(WORKBOOKS / "locked.xlsx")
    assert error is not None
    assert error.code == "password_protected"
    assert "password" in error.message


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("offers.xls", "ref;town;price\nA-1;Бургас;1\n".encode("windows-1251")),
        ("offers.xls", b"ref\ttown\tprice\r\nA-1\t\xc1\xf3\xf0\xe3\xe0\xf1\t1\r\n"),
        (
            "offers.xls",
            "<html><head><meta charset='utf-8'></head><body><table><tr><th>ref</th><th>town</th>"
            "<th>price</th></tr><tr><td>A-1</td><td> Бургас&nbsp;</td><td>1</td></tr></table>"
            "</body></html>".encode(),
        ),
        (
            "offers.xls",
            "<table><tr><td>ref<td>town<td>price<tr><td>A-1<td>Бургас<td>1</table>".encode(
                "windows-1251"
            ),
        ),
    ],
)
def test_a_text_table_or_a_page_with_the_name_of_a_workbook_is_read(
    tmp_path: Path, name: str, body: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    found, _, error, _ = records_in(path, container="xls")
    assert error is None
    assert found == [{"ref": "A-1", "town": "Бургас", "price": "1"}]


def test_a_page_whose_row_never_ends_is_refused(tmp_path: Path) -> None:
    row = "<tr><td>A-1</td><td>Altea</td><td>1</td></tr>"
    path = tmp_path / "offers.xls"
    path.write_text(f"<table>{row}{row}<tr>" + "<td>1</td>" * 4_000_000)
    _, _, error, _ = records_in(path, container="xls")
    assert error is not None
    assert (error.code, "no end" in error.message) == ("broken_workbook", True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_feed"),
        (b"<html><title>Not found</title><p>404</p></html>", "html_instead_of_feed"),
        (b"<html><form><input type='password'></form></html>", "login_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"></Workbook>', "not_a_workbook"),
        (b'{"a": 1}', "not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "broken_workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, body: bytes, code: str) -> None:
    path = tmp_path / "offers.xls"
    path.write_bytes(body)
    found, _, error, _ = records_in(path, container="xls")
    assert error is not None
    assert (found, error.code) == ([], code)


def test_a_workbook_that_was_cut_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, two_sheets).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    _, _, error, _ = records_in(path)
    assert error is not None
    assert error.code in ("broken_workbook", "not_a_workbook")


def test_what_was_worked_out_reads_the_workbook_alike(tmp_path: Path) -> None:
    path = workbook(tmp_path, two_sheets)
    reading = worked_out(path, None)
    assert (reading.sheet, reading.header_row, reading.columns) == ("Sales", 1, ("ref", "town"))
    again = [raw.as_dict() for raw in read_sheet(path, reading, facts=DocumentFacts())]
    assert again == [{"ref": "S-1", "town": "Varna"}]
