"""`flask import`: one JSON object, and a dry run that tells beforehand what it will say."""

from pathlib import Path
from typing import Any

import pytest
from cli_answers import Feeds, Flasks
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, scoped_session

from webapp.models import Mapping, Source
from webapp.presets import preset_names

SOURCE = ("--agency", "marisol", "--source", "costa")
KEYS = {
    "run", "state", "verdict", "read", "created", "updated", "unchanged", "rejected", "failed",
    "missing", "withdrawn", "held", "problems", "seconds",
}  # fmt: skip


def counted(summary: dict[str, Any]) -> dict[str, Any]:
    """What a dry run and the import after it must agree on."""
    return {
        name: value for name, value in summary.items() if name not in ("run", "state", "seconds")
    }


def rows(session: scoped_session[Session]) -> list[int]:
    session.rollback()
    tables = ("agencies", "sources", "mappings", "runs", "offers", "offer_jobs", "problems")
    return [session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables]


def test_an_import_makes_agency_and_source_and_counts_what_it_did(
    flask: Flasks, feed: Feeds
) -> None:
    file = feed(offers=30)
    first = flask("import", str(file), *SOURCE, "--json")
    assert first.code == 0
    assert first.json["created"] == first.json["read"] == 30
    assert set(first.json) >= KEYS

    again = flask("import", str(file), *SOURCE, "--json").json
    assert (again["read"], again["unchanged"], again["created"]) == (30, 30, 0)


def test_a_dry_run_says_what_the_import_then_does_and_writes_nothing(
    flask: Flasks, feed: Feeds, session: scoped_session[Session]
) -> None:
    flask("import", str(feed(offers=60)), *SOURCE)
    file = str(feed(offers=60, generation=3, changed=0.2, churn=1.0))
    before = rows(session)

    dry = flask("import", file, *SOURCE, "--dry-run", "--json").json
    assert rows(session) == before
    assert (dry["run"], dry["state"], dry["missing"]) == (None, "dry_run", 3)

    real = flask("import", file, *SOURCE, "--json").json
    assert counted(real) == counted(dry)


def test_a_dry_run_of_a_new_source_makes_none(
    flask: Flasks, feed: Feeds, session: scoped_session[Session]
) -> None:
    dry = flask("import", str(feed(offers=12)), *SOURCE, "--dry-run", "--json").json
    assert (dry["read"], dry["created"], dry["verdict"]) == (12, 12, "valid")
    assert sum(rows(session)) == 0


def test_another_preset_by_file_leaves_the_source_as_a_person_set_it_up(
    flask: Flasks, feed: Feeds, session: scoped_session[Session]
) -> None:
    flask("import", str(feed(offers=3)), *SOURCE)
    session.execute(
        text("UPDATE sources SET location = 'https://feeds.example/a.xml', preset = 'old', "
             "name = 'Costa', schedule_kind = 'interval', schedule_value = '60'")
    )  # fmt: skip
    session.commit()
    answer = flask("import", str(feed(offers=3)), *SOURCE, "--preset", "kyero_v3")
    assert answer.code == 0
    session.rollback()
    kept = session.execute(text("SELECT name, location, schedule_kind, preset FROM sources")).one()
    assert tuple(kept) == ("Costa", "https://feeds.example/a.xml", "interval", "kyero_v3")


def test_what_came_before_a_break_is_imported_and_the_command_says_where_it_broke(
    flask: Flasks, feed: Feeds, tmp_path: Path
) -> None:
    whole = feed(offers=20).read_bytes()
    broken = tmp_path / "broken.xml"
    broken.write_bytes(whole[: len(whole) * 3 // 5])

    dry = flask("import", str(broken), *SOURCE, "--preset", "kyero_v3", "--dry-run", "--json")
    real = flask("import", str(broken), *SOURCE, "--preset", "kyero_v3", "--json")
    for answer in (dry, real):
        assert 5 < answer.json["created"] < 20
        assert answer.json["verdict"] == "incomplete"
        assert "record" in answer.refusal
    assert counted(dry.json) == counted(real.json)


@pytest.mark.parametrize(
    ("content", "extra", "sentence"),
    [
        (b"", (), "empty"),
        (b"<html><body><form><input type='password'></form></body></html>", (), "login page"),
        (
            b"<root><kyero><feed_version>3</feed_version></kyero></root>",
            ("--dry-run",),
            "no offers",
        ),
    ],
    ids=["empty", "login page", "dry run of no offers"],
)
def test_what_is_no_feed_is_refused_in_a_sentence(
    flask: Flasks, tmp_path: Path, content: bytes, extra: tuple[str, ...], sentence: str
) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(content)
    answer = flask("import", str(file), *SOURCE, "--preset", "kyero_v3", "--json", *extra)
    assert sentence in answer.refusal


def test_a_file_that_is_not_there_and_a_preset_that_is_none(
    flask: Flasks, feed: Feeds, tmp_path: Path
) -> None:
    missing = flask("import", str(tmp_path / "nothing.xml"), *SOURCE, "--json")
    assert missing.refusal.endswith(
        "No such file or directory. Check the path and its permissions."
    )
    unknown = flask("import", str(feed(offers=1)), *SOURCE, "--preset", "kyero_9")
    assert unknown.refusal == (
        f"There is no preset kyero_9. There are: {', '.join(preset_names())}."
    )


def test_a_feed_of_an_unknown_kind_is_imported_by_a_proposed_mapping_that_the_source_keeps(
    flask: Flasks, tmp_path: Path, session: scoped_session[Session]
) -> None:
    file = tmp_path / "bestand.csv"
    heading = "Objektnr;Objektart;Vermarktungsart;Kaufpreis (EUR);PLZ;Ort;Zimmer;Titel"
    offers = [
        f"W-{number};Wohnung;Kauf;{number}000;10115;Musterstadt;3,5;Helle Wohnung {number}"
        for number in range(200, 212)
    ]
    file.write_text("\n".join([heading, *offers]))

    dry = flask("import", str(file), *SOURCE, "--preset", "auto", "--dry-run", "--json").json
    real = flask("import", str(file), *SOURCE, "--preset", "auto", "--json").json
    again = flask("import", str(file), *SOURCE, "--preset", "auto", "--json").json

    assert (dry["created"], dry["problems"]) == (12, {})
    assert (real["created"], real["problems"]) == (12, {})
    assert (again["created"], again["updated"]) == (0, 0)
    source = session.scalars(select(Source)).one()
    assert source.preset == "proposed"
    assert session.scalar(select(func.count()).select_from(Mapping)) == 1


def test_an_unknown_feed_is_described_with_the_paths_of_its_fields(
    flask: Flasks, tmp_path: Path
) -> None:
    file = tmp_path / "lista.json"
    file.write_text(
        '{"total": 3, "inmuebles": ['
        + ",".join(
            f'{{"id": "A{number}", "precio": {number}000, "operacion": "venta", '
            f'"ciudad": "Valdeflores", "habitaciones": 3}}'
            for number in (150, 160, 170)
        )
        + "]}"
    )

    found = flask("detect", str(file), "--profile", "--json").json

    assert (found["preset"], found["record_path"], found["records"]) == (None, "inmuebles[]", 3)
    assert (found["id_path"], found["id_unique"], found["ids_are_positions"]) == ("id", True, False)
    assert found["proposed"]["deals.amount"] == "precio"
    assert found["proposed"]["bedrooms"] == "habitaciones"
    assert {"path": "ciudad", "presence": 1.0, "distinct": 1}.items() <= next(
        at for at in found["profile"] if at["path"] == "ciudad"
    ).items()


def test_a_table_that_an_old_program_wrote_for_excel_is_imported(
    flask: Flasks, tmp_path: Path
) -> None:
    rows = "".join(
        f"<tr><td>SV-{number}</td><td>Apartment</td><td>Altea</td><td>{number}45000 EUR</td>"
        f"<td>3</td><td>{80 + number} m²</td></tr>"
        for number in range(1, 8)
    )
    head = "".join(
        f"<th>{name}</th>" for name in ("Reference", "Type", "Town", "Price", "Bedrooms", "Area")
    )
    file = tmp_path / "offers.xls"
    file.write_text(f"<html><body><table border=1><tr>{head}</tr>{rows}</table></body></html>")
    summary = flask("import", str(file), *SOURCE, "--preset", "auto", "--json").json
    assert (summary["read"], summary["created"]) == (7, 7)
    offers = flask("offers", "--source", "costa", "--jsonl").stdout.splitlines()
    assert '"amount":145000' in offers[0].replace(" ", "")
