"""Feeds that tell what changed: silence withdraws nothing, records may, and the newest one wins."""

from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from kyero_by_hand import HEAD, FeedFile, record, records
from pipeline_steps import (
    counters,
    history,
    jobs_of,
    lifecycles,
    make_source,
    offer,
    problems,
    retry_all,
    run_of,
    run_to_end,
    sql,
    start,
    work_offers,
)
from refusals import database_refusing, refuse
from trial_steps import happened, summary_of, tried

from jobs import stage, tasks
from jobs.apply import apply_offers, take_up, write_down
from jobs.dry_finish import dry_run_summary
from jobs.dry_import import dry_import
from webapp.cli.run_facts import COUNTERS
from webapp.config import Config
from webapp.database_json import json_dumps
from webapp.extensions import db
from webapp.models import Run, Source

GONE = [{"path": "gone", "exists": True}]


def make_delta(**parts: Any) -> int:
    """A source whose records say what changed; `gone` in one withdraws its offer."""
    source = make_source()
    document = {"semantics": "delta", "withdrawn_when": GONE} | parts
    sql(
        "UPDATE mappings SET document = document || CAST(:parts AS jsonb) WHERE source_id = :id",
        parts=json_dumps(document),
        id=source,
    )
    return source


def price_of(source: int, external_id: str) -> Any:
    return offer(source, external_id).data["deals"][0]["amount"]


def only(external_id: str, content: str) -> str:
    return f"<property><id>{external_id}</id>{content}</property>\n"


@pytest.fixture(params=[1000, 1], ids=["one chunk", "a chunk each"])
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(stage, "CHUNK_RECORDS", request.param)
    return int(request.param)


def test_what_a_delta_leaves_out_stays_in_force(file: FeedFile) -> None:
    source = make_delta()
    run_to_end(source, file.write(records(10)))
    run = run_to_end(source, file.write([record("H1", price=1)]))
    assert (run.state, run.verdict, run.semantics) == ("finished", "valid", "delta")
    assert counters(run) == {"read": 1, "staged": 1, "settled": 1, "updated": 1}
    assert set(lifecycles(source).values()) == {"live"}


def test_an_empty_delta_says_that_nothing_changed(file: FeedFile) -> None:
    source = make_delta()
    run_to_end(source, file.write(records(3)))
    run = run_to_end(source, file.write([]))
    assert (run.state, run.verdict, counters(run)) == ("finished", "valid", {})
    assert set(lifecycles(source).values()) == {"live"}


def test_a_record_may_withdraw_its_offer_and_a_later_one_brings_it_back(file: FeedFile) -> None:
    source = make_delta()
    run_to_end(source, file.write(records(2)))
    run = run_to_end(source, file.write([only("H1", "<gone>1</gone>")]))
    assert counters(run) == {"read": 1, "staged": 1, "settled": 1, "withdrawn": 1}
    assert lifecycles(source) == {"H1": "withdrawn", "H2": "live"}
    assert offer(source, "H1").data["location"]["city"] == "Altea"
    again = run_to_end(source, file.write([only("H1", "<gone>1</gone>")]))
    assert counters(again) == {"read": 1, "staged": 1, "settled": 1, "unchanged": 1}
    run_to_end(source, file.write([record("H1")]))
    assert lifecycles(source) == {"H1": "live", "H2": "live"}
    assert [kind for kind, _ in history(source, "H1")] == ["created", "withdrawn", "returned"]


def test_a_snapshot_may_name_withdrawn_offers_too(file: FeedFile) -> None:
    source = make_delta(semantics="snapshot")
    run_to_end(source, file.write(records(2)))
    run = run_to_end(source, file.write([only("H1", "<gone>1</gone>"), record("H2")]))
    assert counters(run) == {
        "read": 2, "staged": 1, "settled": 1, "unchanged": 1, "withdrawn": 1
    }  # fmt: skip
    assert lifecycles(source) == {"H1": "withdrawn", "H2": "live"}


def test_withdrawing_what_was_never_here_is_noted_and_forgotten(file: FeedFile) -> None:
    source = make_delta()
    run = run_to_end(source, file.write([only("H9", "<gone>1</gone>")]))
    assert counters(run) == {"read": 1, "staged": 1, "settled": 1, "unchanged": 1}
    assert [(one.code, one.severity) for one in problems(source)] == [("withdrawn_unknown", "info")]
    run_to_end(source, file.write([record("H1")]))
    assert problems(source) == []


@pytest.mark.parametrize(
    ("header", "semantics"),
    [("VOLL", "snapshot"), ("teil", "delta"), ("?", "delta"), ("", "snapshot")],
)
def test_a_file_may_say_by_itself_what_it_is(file: FeedFile, header: str, semantics: str) -> None:
    source = make_delta(
        semantics="snapshot",
        semantics_at={"path": "kyero.extent", "snapshot": ["voll"], "delta": ["Teil"]},
    )
    run_to_end(source, file.write(records(4)))
    text = f"{HEAD}{''.join(records(2))}</root>".replace(
        "</kyero>", f"<extent>{header}</extent></kyero>"
    )
    for version in ("1", "2"):
        run = run_to_end(source, file.write_text(text.replace("Altea", f"Altea {version}")))
    assert run.semantics == semantics
    held_or_missing = counters(run).get("held", 0) + counters(run).get("withdrawn", 0)
    assert held_or_missing == (2 if semantics == "snapshot" else 0)


def test_a_file_may_withdraw_all_its_records_by_its_header(file: FeedFile) -> None:
    source = make_delta(
        header={"#mode": "kyero.mode"}, withdrawn_when=[{"path": "#mode", "equals": "delete"}]
    )
    run_to_end(source, file.write(records(3)))
    text = f"{HEAD}{''.join(records(2))}</root>"
    path = file.write_text(text.replace("</kyero>", "<mode>DELETE</mode></kyero>"))
    assert dry(source, path) == {"read": 2, "withdrawn": 2}
    assert counters(run_to_end(source, path))["withdrawn"] == 2
    assert lifecycles(source) == {"H1": "withdrawn", "H2": "withdrawn", "H3": "live"}


def test_of_two_records_for_one_offer_the_later_wins(file: FeedFile, chunks: int) -> None:
    source = make_delta()
    run = run_to_end(source, file.write([record("H1", price=1), record("H1", price=2)]))
    assert price_of(source, "H1") == 2
    assert counters(run)["superseded"] == 1
    assert problems(source) == []
    assert run.verdict == "valid"


def test_a_later_record_wins_also_when_it_is_what_was_there_before(
    file: FeedFile, chunks: int
) -> None:
    source = make_delta()
    run_to_end(source, file.write([record("H1", price=1)]))
    run_to_end(source, file.write([record("H1", price=2), record("H1", price=1)]))
    assert price_of(source, "H1") == 1


def staged_apart(source: int, file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[int]]:
    """A run read in chunks of one record, none of them applied yet."""
    monkeypatch.setattr(stage, "CHUNK_RECORDS", 1)
    run_id = start(source, file)
    tasks.import_run(run_id)
    return run_id, [job.id for job in jobs_of(run_id)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_records_for_one_offer_may_be_worked_in_any_order(
    file: FeedFile, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...], together: bool
) -> None:
    source = make_delta(partial=True)
    parts = [
        record("H1", price=1),
        only("H1", "<price>2</price>"),
        only("H1", "<town>Denia</town>"),
    ]
    run_id, ids = staged_apart(source, file.write(parts), monkeypatch)
    for turn in [ids] if together else [[ids[index]] for index in order]:
        apply_offers(turn, 60)
    tasks.finish_run(run_id)
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["location"]["city"]) == (2, "Denia")
    assert found["bedrooms"] == 3
    assert run_of(run_id).state == "finished"


def test_an_offer_is_not_made_after_its_own_withdrawal(
    file: FeedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_delta()
    parts = [record("H1"), only("H1", "<gone>1</gone>")]
    run_id, (made, gone) = staged_apart(source, file.write(parts), monkeypatch)
    apply_offers([gone], 60)
    assert [job.state for job in jobs_of(run_id)] == ["queued", "retry_due"]
    apply_offers([made], 60)
    apply_offers([gone], 60)
    tasks.finish_run(run_id)
    assert lifecycles(source) == {"H1": "withdrawn"}
    assert counters(run_of(run_id)) == {
        "read": 2, "staged": 2, "settled": 2, "created": 1, "withdrawn": 1
    }  # fmt: skip


def send_again(run: Run) -> None:
    assert retry_all(run.id) == 1
    db.session.commit()
    work_offers()


def test_an_old_refused_record_sent_again_does_not_bring_back_what_was_withdrawn(
    file: FeedFile,
) -> None:
    source = make_delta()
    with database_refusing("external_id = 'H1'"):
        refused = run_to_end(source, file.write([record("H1")]))
    assert counters(refused)["failed"] == 1
    run_to_end(source, file.write([only("H1", "<gone>1</gone>")]))
    send_again(refused)
    assert lifecycles(source) == {}
    assert [(job.state, job.outcome) for job in jobs_of(refused.id)] == [("done", "superseded")]
    run_to_end(source, file.write([record("H1", price=2)]))
    assert lifecycles(source) == {"H1": "live"}


def test_a_partial_record_is_laid_over_the_newer_ones_that_were_refused(file: FeedFile) -> None:
    source = make_delta(partial=True)
    run_to_end(source, file.write([record("H1")]))
    with database_refusing("city = 'Denia'"):
        run_to_end(source, file.write([record("H1", price=7, town="Denia")]))
        run_to_end(source, file.write([only("H1", "<beds>5</beds>")]))
    run_to_end(source, file.write([only("H1", "<type>House</type>")]))
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["location"]["city"]) == (7, "Denia")
    assert (found["bedrooms"], found["type"]) == (5, "house")


def test_a_first_record_that_was_refused_is_completed_by_partial_ones(file: FeedFile) -> None:
    source = make_delta(partial=True)
    run_id = start(source, file.write([record("H1")]))
    tasks.import_run(run_id)
    [job] = jobs_of(run_id)
    refuse(job.id)
    tasks.finish_run(run_id)
    assert lifecycles(source) == {}
    run_to_end(source, file.write([only("H1", "<beds>5</beds>")]))
    found = offer(source, "H1").data
    assert (found["bedrooms"], found["location"]["city"]) == (5, "Altea")


def test_a_dry_run_lays_a_partial_record_over_what_was_refused_too(file: FeedFile) -> None:
    source = make_delta(partial=True)
    run_id = start(source, file.write([record("H1")]))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[0].id)
    tasks.finish_run(run_id)
    file.write([only("H1", "<beds>5</beds>")])
    foretold = summary_of(tried(source, file.path))
    assert (foretold["created"], foretold["rejected"]) == (1, 0)
    assert happened(source, file.path) == foretold


def test_an_older_partial_record_sent_again_is_not_laid_over_a_newer_refused_one(
    file: FeedFile,
) -> None:
    source = make_delta(partial=True)
    with database_refusing("external_id = 'H1'"):
        older = run_to_end(source, file.write([record("H1", price=1)]))
        run_to_end(source, file.write([only("H1", "<price>2</price><beds>9</beds>")]))
    send_again(older)
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["bedrooms"]) == (1, 3)


def test_a_partial_record_keeps_the_rest_of_its_offer(file: FeedFile) -> None:
    source = make_delta(partial=True)
    run_to_end(source, file.write(records(2)))
    run = run_to_end(source, file.write([only("H1", "<price>1</price>")]))
    assert counters(run) == {"read": 1, "staged": 1, "settled": 1, "updated": 1}
    kind, changes = history(source, "H1")[1]
    assert (kind, list(changes)) == ("updated", ["deals.sale once"])
    run_to_end(source, file.write([only("H1", "<town>Denia</town>")]))
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["location"]["city"]) == (1, "Denia")
    assert offer(source, "H2").data["location"]["city"] == "Altea"


def test_partial_records_in_one_chunk_are_laid_over_each_other(file: FeedFile, chunks: int) -> None:
    source = make_delta(partial=True)
    run_to_end(source, file.write(records(1)))
    run = run_to_end(
        source,
        file.write(
            [
                only("H1", "<price>1</price>"),
                only("H1", "<town>Denia</town>"),
                only("H1", "<beds>5</beds>"),
            ]
        ),
    )
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["location"]["city"], found["bedrooms"]) == (
        1,
        "Denia",
        5,
    )
    assert run.verdict == "valid"


def test_a_withdrawn_offer_keeps_what_was_known_for_a_partial_return(file: FeedFile) -> None:
    source = make_delta(partial=True, withdrawn_when=[{"path": "state", "equals": "gone"}])
    run_to_end(source, file.write(records(1)))
    run_to_end(source, file.write([only("H1", "<state>gone</state>")]))
    assert lifecycles(source) == {"H1": "withdrawn"}
    run_to_end(source, file.write([only("H1", "<state>back</state><price>7</price>")]))
    assert lifecycles(source) == {"H1": "live"}
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["location"]["city"]) == (7, "Altea")


def test_a_base_that_changes_while_a_turn_is_mapped_is_looked_up_again(
    file: FeedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_delta(partial=True)
    run_to_end(source, file.write(records(1)))
    run_id, (first, second) = staged_apart(
        source,
        file.write([only("H1", "<price>1</price>"), only("H1", "<town>Denia</town>")]),
        monkeypatch,
    )
    late = take_up([second], 60)
    apply_offers([first], 60)
    write_down(late)
    found = offer(source, "H1").data
    assert (found["deals"][0]["amount"], found["location"]["city"]) == (1, "Denia")
    assert counters(run_of(run_id))["settled"] == 2


def test_a_delta_is_no_measure_of_a_later_snapshot(file: FeedFile) -> None:
    source = make_delta()
    run_to_end(source, file.write(records(10)))
    for price in range(1, 6):
        run_to_end(source, file.write([record("H1", price=price)]))
    work_offers()
    assert run_to_end(source, file.write(records(10))).verdict == "valid"


def dry(source: int, path: Path) -> dict[str, Any]:
    """The counters that a dry run finds not zero."""
    config: Config = current_app.config["OFFERDOCK"]
    summary = dry_run_summary(
        dry_import(path, db.session.get_one(Source, source), "kyero_v3", config)
    )
    return {name: summary[name] for name in COUNTERS if summary[name]}


@pytest.mark.parametrize("partial", [True, False])
def test_a_dry_run_of_a_delta_says_what_the_import_does(file: FeedFile, partial: bool) -> None:
    source = make_delta(partial=partial)
    run_to_end(source, file.write(records(4)))
    path = file.write(
        [
            only("H1", "<gone>1</gone>"),
            record("H2", price=7),
            record("H2", price=8),
            only("H3", "<beds>3</beds>"),
            only("H8", "<gone>1</gone>"),
            record("H9"),
        ]
    )
    foreseen = dry(source, path)
    done = counters(run_to_end(source, path))
    assert foreseen == {name: count for name, count in done.items() if name in COUNTERS}
    assert foreseen["withdrawn"] == 1
