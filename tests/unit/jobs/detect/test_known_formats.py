from pathlib import Path

import pytest

from jobs.detect import detect_feed
from jobs.errors import PermanentError
from webapp.presets import load_preset


def test_a_table_without_rows_is_known_by_its_columns(tmp_path: Path) -> None:
    required = load_preset("olx_bg").match
    assert required is not None
    columns = [*required.required, "something_else"]
    file = tmp_path / "template.csv"
    file.write_text(";".join(columns) + "\n")

    found = detect_feed(file).as_json()

    assert (found["preset"], found["records"]) == ("olx_bg", 0)


def test_a_receipt_is_refused_as_one(tmp_path: Path) -> None:
    file = tmp_path / "answer.xml"
    file.write_text("<openimmo_feedback><version>1</version></openimmo_feedback>")

    with pytest.raises(PermanentError) as refused:
        detect_feed(file)

    assert refused.value.code == "receipt_instead_of_feed"


def test_ids_that_only_count_the_records_are_named(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = [f"{number};Wohnung;{number}50000;Musterstadt" for number in range(1, 9)]
    file.write_text("\n".join(["ID;Objektart;Kaufpreis;Ort", *rows]))

    found = detect_feed(file).as_json()

    assert (found["id_path"], found["ids_are_positions"]) == ("ID", True)
    assert "position_ids" in found["warnings"]


def test_duplicates_are_counted_over_the_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = [f"W-{number % 995};Wohnung;{number}50000;Musterstadt" for number in range(1, 1001)]
    file.write_text("\n".join(["Objektnr;Objektart;Kaufpreis;Ort", *rows]))

    found = detect_feed(file).as_json()

    assert (found["records"], found["duplicates"]) == (1000, 5)
    assert (found["id_path"], found["id_unique"]) == ("Objektnr", False)


def test_a_file_of_another_kind_than_its_name_says_is_called_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "branch.blm"
    file.write_text("<clients><client id='1'><name>Invented Homes</name></client></clients>")
    with pytest.raises(PermanentError) as raised:
        detect_feed(file)
    assert raised.value.code == "no_records"
    assert "It is XML, though its name ends in .blm." in str(raised.value)
