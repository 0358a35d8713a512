"""Records read out of text tables of many dialects, whole or broken."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import PermanentError
from jobs.formats.csv_rows import read_csv, worked_out
from jobs.formats.facts import DocumentFacts
from webapp.offers.reading import Reading

Found = tuple[list[dict[str, Any]], DocumentFacts, PermanentError | None, list[int | None]]


def records_in(tmp_path: Path, body: bytes | str, **reading: Any) -> Found:
    """What was yielded, what was learned, how it ended, and the lines of the records."""
    path = tmp_path / "feed.csv"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    facts, found, lines, error = DocumentFacts(), [], [], None
    try:
        for raw in read_csv(path, Reading(container="csv", **reading), facts=facts):
            assert raw.position == len(found) + 1
            found.append(raw.as_dict())
            lines.append(raw.line)
    except PermanentError as caught:
        error = caught
    assert facts.records == len(found)
    assert facts.complete is (error is None)
    return found, facts, error, lines


TABLE = [
    ["ref", "town", "price", "text"],
    ["A-1", "Burgas", "125000", "Near the sea, bright; quiet"],
    ["A-2", "Varna", "99,50", "Two rooms"],
    ["A-3", "Sofia", "1", "Loft"],
]


def written(delimiter: str, quote: str = "", end: str = "\n") -> str:
    rows = [
        [f"{quote}{cell}{quote}" if quote or "," in cell or ";" in cell else cell for cell in row]
        for row in TABLE
    ]
    return "".join(delimiter.join(row) + end for row in rows)


@pytest.mark.parametrize("delimiter", ["\t", "|", "#", "~", "^", "!#", "||", "|~|", "~#~", "¦"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_is_worked_out(tmp_path: Path, delimiter: str, quote: str, end: str) -> None:
    found, facts, error, lines = records_in(tmp_path, written(delimiter, quote, end))
    names, *rows = TABLE
    assert error is None
    assert found == [dict(zip(names, row, strict=True)) for row in rows]
    assert facts.reading is not None
    assert facts.reading.delimiter == delimiter
    assert lines == [2, 3, 4]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_separators_within_quotes_separate_nothing(
    tmp_path: Path, delimiter: str, quote: str
) -> None:
    found, facts, _, _ = records_in(tmp_path, written(delimiter, quote))
    assert [list(record.values()) for record in found] == TABLE[1:]
    assert facts.reading is not None
    assert (facts.reading.delimiter, facts.reading.quote) == (delimiter, quote)


def test_a_separator_made_of_quotes_and_a_comma_is_known(tmp_path: Path) -> None:
    body = 'ref","town","price\nA-1","Burgas, sea","1\nA-2","Varna","2\n'
    found, _, _, _ = records_in(tmp_path, body)
    assert found[0] == {"ref": "A-1", "town": "Burgas, sea", "price": "1"}


def test_the_first_line_may_declare_the_separator(tmp_path: Path) -> None:
    found, facts, _, lines = records_in(tmp_path, "sep=;\nref;price\nA-1;1,5\nA-2;2,5\n")
    assert found == [{"ref": "A-1", "price": "1,5"}, {"ref": "A-2", "price": "2,5"}]
    assert facts.reading is not None
    assert (facts.reading.header_row, lines) == (2, [3, 4])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Квартира – Küche – 東京"),
        ("utf-8-sig", "Квартира"),
        ("utf-16", "Квартира в центъра"),
        ("utf-16-le", "Квартира"),
        ("utf-16-be", "Квартира"),
        ("windows-1252", "Großzügige Wohnung – Küche, Straße"),
        ("windows-1252", "Maison rénovée, façade, près de la gare"),
        ("iso8859-15", "Großzügige Wohnung, 250.000 €, Küche"),
        ("cp850", "Großzügige Wohnung, Küche, Straße"),
        ("windows-1251", "Тристаен апартамент с морска гледка"),
        ("koi8-r", "Квартира с видом на море в центре"),
        ("cp866", "Квартира с видом на море в центре"),
        ("windows-1250", "Prodej bytu, krásný výhled, úřad, dům, Žižkov"),
        ("windows-1253", "Διαμέρισμα με θέα στη θάλασσα"),
        ("windows-1254", "Satılık daire, deniz manzaralı, şehir, geniş"),
    ],
)
def test_the_encoding_is_worked_out(tmp_path: Path, encoding: str, text: str) -> None:
    body = f"ref;text;price\nA-1;{text};1\nA-2;x;2\n".encode(encoding)
    found, facts, _, _ = records_in(tmp_path, body)
    assert found[0] == {"ref": "A-1", "text": text, "price": "1"}
    assert facts.encoding == encoding


def test_an_encoding_that_does_not_exist_is_named(tmp_path: Path) -> None:
    _, _, error, _ = records_in(tmp_path, "a;b\n1;2\n", encoding="utf-99")
    assert error is not None
    assert error.code == "unknown_encoding"
    assert "utf-99" in error.message


def test_a_table_without_names_is_recognised(tmp_path: Path) -> None:
    body = "I;4711;Haus;Jena;07745;55,34\nI;4712;Wohnung;Jena;07743;65,63\n"
    found, facts, _, lines = records_in(tmp_path, body)
    assert found[1] == {
        "1": "I",
        "2": "4712",
        "3": "Wohnung",
        "4": "Jena",
        "5": "07743",
        "6": "65,63",
    }
    assert facts.reading is not None
    assert (facts.reading.header_row, lines) == (0, [1, 2])


def test_columns_of_a_table_without_names_are_called_as_the_mapping_says(tmp_path: Path) -> None:
    found, _, _, _ = records_in(tmp_path, "A-1;Varna\nA-2;Burgas\n", columns=("ref", "town"))
    assert found == [{"ref": "A-1", "town": "Varna"}, {"ref": "A-2", "town": "Burgas"}]


def test_names_may_stand_below_titles(tmp_path: Path) -> None:
    body = "Offers of Harbour Homes;;\n\nref;town;price\nA-1;Varna;1\n"
    found, facts, _, lines = records_in(tmp_path, body)
    assert found == [{"ref": "A-1", "town": "Varna", "price": "1"}]
    assert facts.reading is not None
    assert (facts.reading.header_row, lines) == (3, [4])


def test_second_columns_of_a_name_are_counted_and_nameless_ones_numbered(tmp_path: Path) -> None:
    body = "ref,Adresse,Adresse,,Adresse 2\nA-1,a,b,c,d\n"
    found, _, _, _ = records_in(tmp_path, body)
    assert found == [{"ref": "A-1", "Adresse": "a", "Adresse 2": "b", "4": "c", "Adresse 2 2": "d"}]


def test_names_with_dots_and_numbers_become_parts_and_lists(tmp_path: Path) -> None:
    body = (
        "id,location.city,location.geo.lat,image[1].url,image[0].url,tags[0],tags[2],Nr. 2,No.\n"
        "7,Varna,43.2,b.jpg,a.jpg,sea,new,x,y\n"
        "8,,,only.jpg,,,,,\n"
    )
    found, _, _, _ = records_in(tmp_path, body)
    assert found[0] == {
        "id": "7",
        "location": {"city": "Varna", "geo": {"lat": "43.2"}},
        "image": [{"url": "a.jpg"}, {"url": "b.jpg"}],
        "tags": ["sea", "new"],
        "Nr. 2": "x",
        "No.": "y",
    }
    assert found[1] == {"id": "8", "image": [{"url": "only.jpg"}]}


def test_a_name_and_a_part_of_it_stand_side_by_side(tmp_path: Path) -> None:
    found, _, _, _ = records_in(tmp_path, "id,place,place.city\n7,here,Varna\n")
    assert found[0]["place"] == {"#text": "here", "city": "Varna"}


def test_long_rows_keep_their_extra_cells_and_short_ones_lack_some(tmp_path: Path) -> None:
    body = "a;b;c\n1;2;3;4;;5;\n1;2;3;;\n1;2\n1;2;3\n"
    found, _, _, _ = records_in(tmp_path, body)
    assert found == [
        {
            "a": "1",
            "b": "2",
            "c": "3",
            "#extra": ["4", "", "5"],
            "#problems": [{"code": "ragged_row", "field": "", "raw": "7 / 3"}],
        },
        {"a": "1", "b": "2", "c": "3"},
        {
            "a": "1",
            "b": "2",
            "#problems": [{"code": "short_row", "field": "", "raw": "2 / 3"}],
        },
        {"a": "1", "b": "2", "c": "3"},
    ]


def test_names_alone_are_a_table_without_records(tmp_path: Path) -> None:
    found, facts, error, _ = records_in(tmp_path, "id;title;external_id;price_value\r\n")
    assert (found, error) == ([], None)
    assert facts.reading is not None
    assert facts.reading.columns == ("id", "title", "external_id", "price_value")


def test_cells_may_hold_line_ends_and_quotes(tmp_path: Path) -> None:
    body = 'id,text\r\n1,"two\r\nlines, ""quoted"""\r\n\r\n2,plain\r\n'
    found, _, _, lines = records_in(tmp_path, body)
    assert found == [{"id": "1", "text": 'two\nlines, "quoted"'}, {"id": "2", "text": "plain"}]
    assert lines == [2, 5]


def test_quotes_escaped_by_a_backslash_are_read(tmp_path: Path) -> None:
    body = 'id,text,n\n"1","the \\"old\\" mill, sold",2\n"2","b",3\n'
    found, _, _, _ = records_in(tmp_path, body)
    assert found[0] == {"id": "1", "text": 'the "old" mill, sold', "n": "2"}


@pytest.mark.parametrize(
    ("row", "cell", "is_flawed"),
    [
        ('2;"Nice flat;200', '"Nice flat'[1:], True),
        ('2;"Villa Rosa" by the sea;200', '"Villa Rosa" by the sea', True),
        ('2;"called "Rosa", bright";200', 'called "Rosa", bright', False),
        ('2;a pipe of 5";200', 'a pipe of 5"', False),
        ('2;"said "hi" and\nleft";200', 'said "hi" and\nleft', False),
    ],
)
def test_a_stray_quote_costs_no_other_row(
    tmp_path: Path, row: str, cell: str, is_flawed: bool
) -> None:
    body = f'id;text;price\n1;"one";100\n{row}\n3;"three; and";300\n4;"four";400\n'
    found, _, error, lines = records_in(tmp_path, body)
    assert error is None
    assert [record["id"] for record in found] == ["1", "2", "3", "4"]
    assert (found[1]["text"], found[1]["price"]) == (cell, "200")
    assert [bool(record.get("#problems")) for record in found] == [False, is_flawed, False, False]
    assert lines[-1] == 5 + row.count("\n")


def test_a_file_full_of_stray_quotes_is_read_in_bounded_time(tmp_path: Path) -> None:
    rows = "".join(f'{number};"open;x{number}\n' for number in range(20_000))
    found, _, _, _ = records_in(tmp_path, f"id;text;more\n{rows}9;x;y\n", delimiter=";", quote='"')
    assert len(found) == 20_001
    assert found[7] == {
        "id": "7",
        "text": "open",
        "more": "x7",
        "#problems": [{"code": "stray_quote", "field": "", "raw": '7;"open;x7 '}],
    }


@pytest.mark.parametrize("end", ['3;"thr', "3;", '3;"thr\nee'])
def test_a_file_that_breaks_off_within_a_row_is_not_complete(tmp_path: Path, end: str) -> None:
    found, _, error, _ = records_in(tmp_path, f'id;text;price\n1;a;1\n2;"b";2\n{end}')
    assert [record["id"] for record in found] == ["1", "2"]
    assert error is not None
    assert (error.code, error.place) == ("truncated", "line 4")


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    found, _, error, _ = records_in(tmp_path, "id;text;price\n1;a;1\n2;b;2")
    assert (len(found), error) == (2, None)


def test_what_no_database_takes_is_left_out(tmp_path: Path) -> None:
    found, _, _, _ = records_in(tmp_path, b"id;te\0xt\n1;a\0b\n2; \n")
    assert found == [{"id": "1", "text": "ab"}, {"id": "2"}]


def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    with path.open("wb") as file:
        file.write(b"id;text\n1;a\n2;")
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    facts, found = DocumentFacts(), []
    tracemalloc.start()
    with pytest.raises(PermanentError) as caught:
        found += [raw.as_dict() for raw in read_csv(path, Reading(container="csv"), facts=facts)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (caught.value.code, caught.value.place) == ("line_too_long", "line 3")
    assert facts.records == 1
    assert peak < 40_000_000


def test_stray_control_characters_in_a_text_cost_no_record(tmp_path: Path) -> None:
    rows = [f"{number};A house by the sea;{number}00000" for number in range(1, 9)]
    rows[2] = "3;A house\0 by\x02 the sea;300000"
    found, _, error, _ = records_in(tmp_path, "\n".join(["id;title;price", *rows]))
    assert error is None
    assert [record["id"] for record in found] == [str(number) for number in range(1, 9)]
    assert "house by" in found[2]["title"]


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(500_000))
    _, _, error, _ = records_in(tmp_path, f"{names}\n")
    assert error is not None
    assert error.code == "too_many_columns"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_feed"),
        (b"<html><title>Log in</title><input type=password></html>", "login_page"),
        (b"The database is not available at the moment.", "not_csv"),
        (bytes(range(256)) * 10, "not_csv"),
        (b'{"a": 1}', "not_csv"),
        (b"#HEADER#\nVersion : 3\n", "not_csv"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, body: bytes, code: str) -> None:
    found, _, error, _ = records_in(tmp_path, body)
    assert error is not None
    assert (found, error.code) == ([], code)


def test_a_separator_that_is_not_there_is_refused(tmp_path: Path) -> None:
    _, _, error, _ = records_in(tmp_path, "id,text\n1,a\n", delimiter=";")
    assert error is not None
    assert error.code == "wrong_separator"
    assert "“,”" in error.message


def test_a_list_of_ids_is_a_table_of_one_column(tmp_path: Path) -> None:
    found, _, _, _ = records_in(tmp_path, "ref\nA-1\nA-2\n")
    assert found == [{"ref": "A-1"}, {"ref": "A-2"}]


def test_a_reading_given_as_a_whole_is_followed(tmp_path: Path) -> None:
    body = "x;y;z\nref;town;note\nA-1;Varna;'a;b'\n"
    found, _, _, _ = records_in(tmp_path, body, delimiter=";", quote="'", header_row=2)
    assert found == [{"ref": "A-1", "town": "Varna", "note": "a;b"}]


def test_names_far_below_are_found_by_their_row(tmp_path: Path) -> None:
    body = "title;\n" * 99 + "ref;town\nA-1;Varna\n"
    found, facts, _, _ = records_in(tmp_path, body, header_row=100)
    assert found == [{"ref": "A-1", "town": "Varna"}]
    assert facts.reading is not None
    assert facts.reading.columns == ("ref", "town")


def test_what_was_worked_out_reads_the_file_alike(tmp_path: Path) -> None:
    body = written("!#", '"')
    found, facts, _, _ = records_in(tmp_path, body)
    reading = worked_out(tmp_path / "feed.csv", None)
    assert reading == facts.reading
    assert reading.header_row == 1
    again = [
        raw.as_dict() for raw in read_csv(tmp_path / "feed.csv", reading, facts=DocumentFacts())
    ]
    assert again == found
