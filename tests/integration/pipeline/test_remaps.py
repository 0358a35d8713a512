"""Stored records are mapped again without asking the vendor: whole sources, or those offers alone
that hold a word which has a meaning now."""

from typing import Any

import pytest
from interruptions import die_reading
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import (
    counters,
    history,
    jobs_of,
    lifecycles,
    make_source,
    next_mapping,
    offer,
    problems,
    run_of,
    run_to_end,
    sql,
    start,
    work_offers,
)
from refusals import refuse
from statements import sent_statements

from jobs import tasks
from jobs.apply import apply_offers
from jobs.sweep import sweep
from tests.people import make_admin
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Issue, Run, Source
from webapp.services.issues import apply_again
from webapp.services.remaps import EVERYTHING, ask_for_remap
from webapp.services.runs import cancel_run
from webapp.services.value_decisions import decide_values, undecide_value

TOWN_FROM_PROVINCE = {"location.city": {"path": "province"}}


def remap(source: int, due: dict[str, Any] = EVERYTHING) -> Run:
    """Asked for and worked to its end."""
    return worked(asked(source, due))


def asked(source: int, due: dict[str, Any] = EVERYTHING) -> int:
    run = ask_for_remap(db.session.get_one(Source, source), due, None)
    assert run is not None
    db.session.commit()
    return run.id


def worked(run_id: int) -> Run:
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    return run_of(run_id)


def decide(source: int, table: str, **meanings: str | None) -> int | None:
    run = decide_values(db.session.get_one(Source, source), table, meanings, make_admin())
    db.session.commit()
    return run.id if run is not None else None


def caves(source: int, file: FeedFile) -> None:
    """Thirty villas, and three offers of a type that nobody knows."""
    odd = [record(f"C{one}").replace("Villa", "Cave") for one in range(1, 4)]
    run_to_end(source, file.write([*records(30), *odd]))


def facts(source: int) -> tuple[Any, ...]:
    """What is known of the feed."""
    [row] = sql(
        "SELECT etag, content_sha256, last_read_at, read_mapping_id FROM sources WHERE id = :id",
        id=source,
    )
    return tuple(row)


def test_a_new_mapping_reaches_every_live_offer_without_a_fetch(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(30)))
    next_mapping(source, **TOWN_FROM_PROVINCE)
    file.path.unlink()
    run = remap(source)
    assert (run.state, run.semantics) == ("finished", "delta")
    assert counters(run) == {"read": 30, "staged": 30, "settled": 30, "updated": 30}
    assert offer(source, "H7").city == "Alicante"
    assert history(source, "H7")[-1] == ("updated", {"location.city": ["Altea", "Alicante"]})
    assert [step["name"] for step in run.steps] == ["read_stored", "apply", "finish"]


def test_what_is_known_of_the_feed_stays_as_it_is(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    before = facts(source)
    next_mapping(source, **TOWN_FROM_PROVINCE)
    remap(source)
    assert facts(source) == before


def test_the_next_reading_finds_everything_mapped_already(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(30)))
    next_mapping(source, **TOWN_FROM_PROVINCE)
    remap(source)
    assert counters(run_to_end(source, file.path)) == {"read": 30, "unchanged": 30}


def test_it_is_no_measure_for_the_size_of_the_feed(file: FeedFile) -> None:
    source = make_source()
    caves(source, file)
    decided = decide(source, "types", Cave="house")
    assert decided is not None and worked(decided).read == 3
    run = run_to_end(source, file.write(records(30)))
    assert (run.verdict, run.state) == ("valid", "finished")
    assert run_to_end(source, file.write(records(8))).verdict == "suspicious"


def test_offers_that_left_the_feed_are_left_alone(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(30)))
    for _ in range(2):
        run_to_end(source, file.write(records(30)[2:]))
    run_to_end(source, file.write(records(30)[3:]))
    before = lifecycles(source)
    assert (before["H1"], before["H3"]) == ("withdrawn", "missing")
    next_mapping(source, **TOWN_FROM_PROVINCE)
    run = remap(source)
    assert (run.read, run.missing, run.withdrawn) == (27, 0, 0)
    assert lifecycles(source) == before
    assert offer(source, "H1").city == offer(source, "H3").city == "Altea"


def test_a_refused_record_is_tried_again_under_the_new_mapping(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    run_id = start(source, file.write([*records(2), record("H3", town="Denia"), record("N1")]))
    tasks.import_run(run_id)
    for job in jobs_of(run_id):
        refuse(job.id)
    tasks.finish_run(run_id)
    next_mapping(source, **TOWN_FROM_PROVINCE)
    run = remap(source)
    assert counters(run) == {"read": 4, "staged": 4, "settled": 4, "created": 1, "updated": 3}
    assert lifecycles(source)["N1"] == "live"
    assert sql("SELECT count(*) FROM rejections") == [(0,)]


def test_a_refused_record_of_a_withdrawn_offer_brings_nothing_back(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    run_id = start(source, file.write([*records(2), record("H3", town="Denia")]))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[0].id)
    tasks.finish_run(run_id)
    sql("UPDATE offers SET lifecycle = 'withdrawn', withdrawn_at = now() WHERE external_id = 'H3'")
    assert remap(source).read == 2
    assert lifecycles(source)["H3"] == "withdrawn"


def test_only_offers_with_the_word_are_mapped_again(file: FeedFile) -> None:
    source = make_source()
    caves(source, file)
    assert offer(source, "C1").type == "other"
    run_id = decide(source, "types", Cave="house")
    assert run_id is not None
    run = worked(run_id)
    assert counters(run) == {"read": 3, "staged": 3, "settled": 3, "updated": 3}
    assert {offer(source, one).type for one in ("C1", "C2", "C3")} == {"house"}
    assert problems(source) == []


def test_a_decision_counts_for_what_comes_later_too(file: FeedFile) -> None:
    source = make_source()
    caves(source, file)
    decide(source, "types", Cave="house")
    work = run_of(start_of_open(source))
    worked(work.id)
    run_to_end(source, file.write([*records(30), record("C9").replace("Villa", "cave")]))
    assert offer(source, "C9").type == "house"


def test_taking_a_decision_back_maps_its_offers_again(file: FeedFile) -> None:
    source = make_source()
    caves(source, file)
    first = decide(source, "types", Cave="house")
    assert first is not None
    worked(first)
    again = undecide_value(
        db.session.get_one(Source, source), "types", "Cave", make_admin("o@d.example")
    )
    assert again is not None
    db.session.commit()
    assert worked(again.id).updated == 3
    assert offer(source, "C1").type == "other"


def test_a_newer_reading_is_never_overwritten(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    next_mapping(source, **TOWN_FROM_PROVINCE)
    remap_id = asked(source)
    tasks.import_run(remap_id)
    sql("UPDATE offers SET sequence = sequence + 1, city = 'Newer' WHERE external_id = 'H2'")
    work_offers()
    tasks.finish_run(remap_id)
    assert counters(run_of(remap_id))["superseded"] == 1
    assert offer(source, "H2").city == "Newer"


def test_one_that_is_asked_for_while_a_run_is_open_starts_at_its_end(file: FeedFile) -> None:
    source = make_source()
    caves(source, file)
    run_id = start(source, file.write(records(30)))
    assert decide(source, "types", Cave="house") is None
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    following = run_of(start_of_open(source))
    assert (following.trigger, following.remap) == ("remap", {"values": {"types": ["cave"]}})
    [row] = sql("SELECT remap_due FROM sources")
    assert row.remap_due is None


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_the_tick_starts_what_other_ends_left(app: Any, file: FeedFile, end: str) -> None:
    source = make_source()
    caves(source, file)
    run_id = start(source, file.write_text(""))
    decide(source, "types", Cave="house")
    if end == "cancelled":
        cancel_run(db.session.get_one(Run, run_id), None)
        db.session.commit()
    else:
        tasks.import_run(run_id)
    assert run_of(run_id).state == end
    config: Config = app.config["OFFERDOCK"]
    sweep(config)
    assert run_of(start_of_open(source)).trigger == "remap"
    sweep(config)
    assert sql("SELECT count(*) FROM runs WHERE trigger = 'remap'") == [(1,)]


def test_a_cancelled_one_stops_and_what_it_applied_stays(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    next_mapping(source, **TOWN_FROM_PROVINCE)
    run_id = asked(source)
    tasks.import_run(run_id)
    apply_offers([jobs_of(run_id)[0].id], 60)
    cancel_run(db.session.get_one(Run, run_id), None)
    db.session.commit()
    work_offers()
    assert [offer(source, one).city for one in ("H1", "H2", "H3")] == ["Alicante", "Altea", "Altea"]
    assert run_of(run_id).state == "cancelled"


def test_an_interrupted_one_goes_on_behind_what_is_staged(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(2500)))
    next_mapping(source, **TOWN_FROM_PROVINCE)
    run_id = asked(source)
    die_reading(run_id, behind=2200)
    staged = run_of(run_id).staged
    assert 0 < staged < 2500
    run = worked(run_id)
    assert counters(run) == {"read": 2500, "staged": 2500, "settled": 2500, "updated": 2500}
    assert len(jobs_of(run_id)) == 2500
    assert len({job.external_id for job in jobs_of(run_id)}) == 2500


def test_working_it_twice_changes_nothing(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    next_mapping(source, **TOWN_FROM_PROVINCE)
    run = remap(source)
    again = worked(run.id)
    assert counters(again) == counters(run)
    assert [kind for kind, _ in history(source, "H1")] == ["created", "updated"]


def test_a_source_without_decisions_asks_for_no_tables(file: FeedFile) -> None:
    source = make_source()
    run_id = start(source, file.write(records(20)))
    tasks.import_run(run_id)
    with sent_statements() as sent:
        apply_offers([job.id for job in jobs_of(run_id)], 60)
    assert not any("value_decisions" in statement for statement in sent)


def test_tables_are_asked_for_once_a_version(file: FeedFile) -> None:
    source = make_source()
    caves(source, file)
    run_id = decide(source, "types", Cave="house", Hut="house")
    assert run_id is not None
    tasks.import_run(run_id)
    ids = [job.id for job in jobs_of(run_id)]
    with sent_statements() as sent:
        for id in ids:
            apply_offers([id], 60)
    assert sum("value_decisions" in statement for statement in sent) <= 1


def start_of_open(source: int) -> int:
    [row] = sql("SELECT id FROM runs WHERE source_id = :id AND state = 'queued'", id=source)
    return int(row.id)


def test_the_records_of_an_issue_are_applied_again_and_no_others(file: FeedFile) -> None:
    source = make_source()
    bad = [record(f"B{one}").replace("<beds>3<", "<beds>three rooms<") for one in range(1, 4)]
    odd = [record("X1").replace("Villa", "Cave")]
    run_to_end(source, file.write([*records(20), *bad, *odd]))
    [issue] = db.session.query(Issue).filter_by(code="bad_number")
    assert issue.affected == 3
    next_mapping(source, bedrooms={"constant": 4})
    applied = apply_again(issue, make_admin())
    db.session.commit()
    assert applied is not None
    run = worked(applied.id)
    assert sorted(job.external_id for job in jobs_of(run.id)) == ["B1", "B2", "B3"]
    assert (run.read, run.updated) == (3, 3)
    assert [offer(source, f"B{one}").bedrooms for one in (1, 2, 3)] == [4, 4, 4]
    assert offer(source, "H1").bedrooms == 3
    db.session.expire_all()
    [resolved] = db.session.query(Issue).filter_by(code="bad_number")
    assert (resolved.state, resolved.affected) == ("resolved", 0)
    assert db.session.query(Issue).filter_by(code="unknown_value").one().state == "open"


def test_a_refused_record_of_an_issue_is_applied_again_too(file: FeedFile) -> None:
    source = make_source()
    run_id = start(source, file.write(records(4)))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[0].id)
    work_offers()
    tasks.finish_run(run_id)
    [issue] = db.session.query(Issue).filter_by(code="missing_required")
    applied = apply_again(issue, make_admin())
    db.session.commit()
    assert applied is not None
    run = worked(applied.id)
    assert (run.read, run.created) == (1, 1)
    assert lifecycles(source)["H1"] == "live"
    db.session.expire_all()
    assert db.session.query(Issue).one().state == "resolved"
