"""A trial counts what the run then does, to the last number, and writes nothing of it."""

from pathlib import Path
from typing import Any

import pytest
from kyero_by_hand import FeedFile, feed, record, records
from pipeline_steps import counters, make_source, run_of, run_to_end, sql, work_offers
from trial_steps import (
    document_of,
    examples_of,
    happened,
    put_in_force,
    summary_of,
    tried,
    worked,
)

from jobs import tasks
from jobs.sweep_trials import sweep_trials
from tests.people import make_user
from tests.preset_offers import FEEDS
from webapp.cli.run_facts import COUNTERS
from webapp.extensions import db
from webapp.models import Role, Run, Source, TrialKind
from webapp.services.trials import start_trial
from webapp.services.value_decisions import decide_values


def assert_foretold(source_id: int, file: Path) -> dict[str, Any]:
    """The run does what the trial said; returns the trial's examples."""
    before = everything()
    trial = tried(source_id, file)
    assert everything() == before
    assert summary_of(trial) == happened(source_id, file)
    return examples_of(trial)


def everything() -> list[tuple[object, ...]]:
    return [
        tuple(sql(f"SELECT count(*), sum(hashtext({table}::text)) FROM {table}")[0])
        for table in ("sources", "mappings", "runs", "offers", "offer_jobs", "problems",
                      "run_seen", "counted_values", "source_samples")
    ]  # fmt: skip


def to_end(run_id: int) -> Run:
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    return run_of(run_id)


def test_first_offers_changes_removals_and_returns(file: FeedFile) -> None:
    source = make_source()
    created = assert_foretold(source, file.write(records(20)))["created"]
    assert [one["external_id"] for one in created] == [f"H{n}" for n in range(1, 11)]
    changed = assert_foretold(source, file.write([*records(19, H3="Denia"), record("H99")]))
    assert changed["updated"] == [
        {
            "external_id": "H3", "position": 3, "title": "A bright villa above the bay.",
            "price": 250_000, "currency": "EUR",
            "changes": {"location.city": ["Altea", "Denia"]},
        }
    ]  # fmt: skip
    assert [one["external_id"] for one in changed["missing"]] == ["H20"]
    gone = assert_foretold(source, file.write(records(19)))
    assert [one["external_id"] for one in gone["withdrawn"]] == ["H20"]
    assert assert_foretold(source, file.write(records(20)))["updated"][0]["external_id"] == "H20"
    held = assert_foretold(source, file.write(records(9)))
    assert (len(held["held"]), held["held"][0]["title"]) == (10, "A bright villa above the bay.")


def test_the_same_content_again(file: FeedFile) -> None:
    source = make_source()
    path = file.write(records(5))
    run_to_end(source, path)
    assert_foretold(source, path)


def test_records_with_an_id_of_another_or_with_none(file: FeedFile) -> None:
    source = make_source()
    path = file.write([*records(30), record("H3"), record(None)])
    refused = assert_foretold(source, path)["rejected"]
    assert [one["problems"][0]["code"] for one in refused] == ["duplicate_id", "missing_id"]
    assert [one["position"] for one in refused] == [31, 32]
    assert_foretold(source, file.write([*records(30), record("H3"), record(None)]))


def test_a_feed_that_breaks_off(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(10)))
    whole = feed(records(10), version="broken")
    trial = tried(source, path := file.write_text(whole[: whole.index("H8")]))
    assert summary_of(trial)["verdict"] == "incomplete"
    assert summary_of(trial) == happened(source, path)


def test_changes_only_where_the_vendor_sends_only_changes(file: FeedFile) -> None:
    source = make_source()
    delta = document_of(source, semantics="delta", withdrawn_when=[{"path": "gone", "equals": 1}])
    put_in_force(source, delta)
    sql("UPDATE runs SET state = 'cancelled'")
    run_to_end(source, file.write(records(4)))
    assert_foretold(
        source,
        file.write([
            record("H1", more="<gone>1</gone>"),
            record("H2", price=7),
            record("H2", price=8),
            record("H8", more="<gone>1</gone>"),
            record("H9"),
        ]),
    )  # fmt: skip


def test_partial_records_of_a_listing_over_its_weeks() -> None:
    source = make_source(preset="reaxml")
    for name in ("reaxml.xml", "reaxml_price.xml", "reaxml_sold.xml"):
        foretold, run = summary_of(tried(source, FEEDS / name)), run_to_end(source, FEEDS / name)
        assert {one: getattr(run, one) for one in COUNTERS} == {
            one: foretold[one] for one in COUNTERS
        }
        assert foretold["read"] == run.read > 0


def test_a_draft_is_foretold_by_the_feed_and_by_the_stored_records(file: FeedFile) -> None:
    source = make_source()
    path = file.write([*records(12), record("P1", price="on request")])
    run_to_end(source, path)
    changed = document_of(source, fields={"reference": {"constant": "ours"}})
    by_feed = tried(source, path, document=changed)
    by_stored = tried(source, document=changed, kind=TrialKind.DRY_REMAP)
    assert summary_of(by_feed)["updated"] == 13
    assert examples_of(by_stored)["updated"][0]["changes"] == {"reference": ["R-H1", "ours"]}
    run_id = put_in_force(source, changed)
    assert run_id is not None
    foretold = {name: summary_of(by_stored)[name] for name in COUNTERS}
    run = to_end(run_id)
    assert {name: getattr(run, name) for name in COUNTERS} == foretold
    assert_foretold(source, file.write([*records(12), record("P1", price="on request")]))


def test_a_draft_read_from_the_vendor_again(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(6)))
    changed = document_of(source, id=["ref"])
    path = file.write(records(6))
    foretold = summary_of(tried(source, path, document=changed))
    put_in_force(source, changed)
    sql("UPDATE runs SET state = 'cancelled' WHERE state = 'queued'")
    assert happened(source, path) == foretold
    assert foretold["created"] == 6


def test_what_people_decided_about_words_counts(file: FeedFile) -> None:
    source = make_source()
    castle = record("C1").replace("Villa", "Zwingburg")
    run_to_end(source, file.write([*records(3), castle]))
    user = make_user("ada@dock.example", role=Role.ADMIN)
    row = db.session.get_one(Source, source)
    table = document_of(source).fields["type"].values  # type: ignore[union-attr]
    assert table is not None
    run = decide_values(row, table, {"Zwingburg": "villa"}, user)
    assert run is not None
    run_id = run.id
    db.session.commit()
    trial = tried(source, kind=TrialKind.DRY_REMAP)
    assert (summary_of(trial)["updated"], summary_of(trial)["problems"]) == (1, {})
    remapped = to_end(run_id)
    assert (remapped.updated, remapped.read) == (1, 1)
    again = record("C2").replace("Villa", "Zwingburg")
    assert_foretold(source, file.write([*records(3), castle, again]))


def test_a_source_in_set_up_has_its_words_counted_and_nothing_else_written(file: FeedFile) -> None:
    source = make_source()
    document = document_of(source)
    sql("UPDATE sources SET status = 'setup', mapping_id = NULL")
    path = file.write([*records(3), record("H9").replace("Villa", "Zwingburg")])
    trial = tried(source, path, document=document)
    assert summary_of(trial)["created"] == 4
    counted = sql("SELECT word, records, examples FROM counted_values WHERE value_table = 'types'")
    assert sorted(counted) == [("villa", 3, ["H1", "H2", "H3"]), ("zwingburg", 1, ["H9"])]
    assert sql("SELECT count(*) FROM offers")[0][0] == 0


def test_without_a_mapping_there_is_nothing_to_try(file: FeedFile) -> None:
    source = make_source()
    sql("UPDATE sources SET status = 'setup', mapping_id = NULL")
    assert tried(source, file.write(records(1))).error_code == "no_mapping"


def test_a_feed_without_records_fails_in_words(file: FeedFile) -> None:
    trial = tried(make_source(), file.write([]))
    assert (trial.state, trial.error_code) == ("failed", "no_records")
    assert trial.result is not None and trial.result["fetch"]["first_lines"]


@pytest.mark.parametrize("kind", [TrialKind.DRY_RUN, TrialKind.LOOK])
def test_a_worker_that_died_is_told_of_and_a_lost_bell_rings_again(
    file: FeedFile, kind: TrialKind, valkey: Any
) -> None:
    source = make_source()
    dead = start_trial(db.session.get_one(Source, source), kind, None).id
    sql("UPDATE trials SET state = 'running', lease_until = now() - interval '1 s'")
    sweep_trials()
    found = sql("SELECT state, error_code, error_hint FROM trials WHERE id = :id", id=dead)
    assert found == [("failed", "worker_died", "Try it again.")]
    lost = start_trial(db.session.get_one(Source, source), kind, None).id
    sql("UPDATE trials SET created_at = now() - interval '1 minute' WHERE id = :id", id=lost)
    valkey.flushall()
    sweep_trials()
    sweep_trials()
    assert valkey.lrange("rq:queue:imports", 0, -1) == [f"trial-{lost}".encode()]


def test_old_trials_are_forgotten_but_for_the_latest_of_each_kind(file: FeedFile) -> None:
    source = make_source()
    path = file.write(records(1))
    first, second = tried(source, path).id, tried(source, path).id
    look = tried(source, path, kind=TrialKind.LOOK).id
    sql("UPDATE trials SET created_at = now() - interval '8 days'")
    sweep_trials()
    assert [row[0] for row in sql("SELECT id FROM trials ORDER BY id")] == [second, look]
    assert first not in (second, look)
    assert worked(second).state == "done"


def test_runs_leave_a_sample_when_the_mapping_is_new_or_there_is_none(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(60)))
    assert sql("SELECT looked_at FROM source_samples")[0][0] == 50
    run_to_end(source, file.write(records(60, H1="Denia")))
    taken = sql("SELECT taken_at FROM source_samples")
    put_in_force(source, document_of(source, id=["ref"]))
    sql("UPDATE runs SET state = 'cancelled' WHERE state = 'queued'")
    run = run_to_end(source, file.write(records(4)))
    assert counters(run)["read"] == 4
    assert sql("SELECT taken_at FROM source_samples") != taken
    assert sql("SELECT looked_at FROM source_samples")[0][0] == 4
