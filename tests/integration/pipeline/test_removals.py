"""Never "everything was sold" by accident: when offers are withdrawn, held, or left alone."""

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import (
    history,
    jobs_of,
    lifecycles,
    make_source,
    offer,
    problems,
    run_of,
    run_to_end,
    sql,
    start,
    work_offers,
)
from refusals import refuse

from jobs import tasks
from tests.people import make_admin
from webapp import queues
from webapp.extensions import db
from webapp.models import Run
from webapp.services.runs import NothingToDecide, approve_removals, discard_removals


def held_run(source: int, file: FeedFile) -> Run:
    """Twenty offers, of which the next feed has only the last ten."""
    run_to_end(source, file.write(records(20)))
    return run_to_end(source, file.write(records(20)[10:]))


def decide(run: Run, *, approve: bool) -> None:
    """An admin presses the button; a worker does what follows."""
    decision = approve_removals if approve else discard_removals
    decision(db.session.get_one(Run, run.id), make_admin())
    db.session.commit()
    if approve:
        [waiting] = queues.queue(queues.DEFAULT).jobs[-1:]
        assert (waiting.func_name, waiting.args) == (queues.WITHDRAW_HELD, (run.id,))
        tasks.withdraw_held(run.id)


def withdrawn(source: int) -> list[str]:
    return [one for one, lifecycle in lifecycles(source).items() if lifecycle == "withdrawn"]


def test_half_of_the_offers_gone_is_held_and_nothing_is_withdrawn(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    assert (run.state, run.verdict, run.held) == ("held", "suspicious", 10)
    assert (run.missing, run.withdrawn) == (0, 0)
    assert set(lifecycles(source).values()) == {"live"}
    assert {reason["code"] for reason in run.verdict_reasons} == {
        "fewer_records_than_usual",
        "many_removals",
    }


def test_creates_and_updates_of_a_held_run_go_through(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write([*records(20, H20="Denia")[10:], record("H21")]))
    assert (run.state, run.created, run.updated, run.held) == ("held", 1, 1, 10)
    assert offer(source, "H20").city == "Denia"


def test_approving_withdraws_exactly_the_listed_offers(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    decide(run, approve=True)
    assert set(withdrawn(source)) == {f"H{number}" for number in range(1, 11)}
    settled = run_of(run.id)
    assert (settled.state, settled.decision, settled.withdrawn) == ("finished", "approved", 10)
    assert [kind for kind, _ in history(source, "H1")] == ["created", "withdrawn"]


def test_approving_twice_withdraws_once(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    decide(run, approve=True)
    with pytest.raises(NothingToDecide):
        approve_removals(db.session.get_one(Run, run.id), make_admin("otto@dock.example"))
    tasks.withdraw_held(run.id)
    assert run_of(run.id).withdrawn == 10
    assert [kind for kind, _ in history(source, "H1")] == ["created", "withdrawn"]


def test_discarding_withdraws_nothing(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    decide(run, approve=False)
    assert withdrawn(source) == []
    tasks.withdraw_held(run.id)
    assert withdrawn(source) == []
    assert (run_of(run.id).state, run_of(run.id).decision) == ("finished", "discarded")


def test_an_offer_that_a_newer_feed_has_again_is_spared_by_the_approval(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    newer = start(source, file.write([record("H3"), *records(20)[10:]]))
    tasks.import_run(newer)
    decide(run, approve=True)
    assert "H3" not in withdrawn(source) and len(withdrawn(source)) == 9
    work_offers()
    tasks.finish_run(newer)
    assert lifecycles(source)["H3"] == "live"


def test_a_newer_complete_run_supersedes_the_hold(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    newer = run_to_end(source, file.write(records(20)))
    assert newer.verdict == "valid"
    superseded = run_of(run.id)
    assert (superseded.state, superseded.decision) == ("finished", "superseded")
    with pytest.raises(NothingToDecide):
        approve_removals(db.session.get_one(Run, run.id), make_admin())
    assert withdrawn(source) == []


def test_an_incomplete_run_leaves_the_hold_for_the_person(file: FeedFile) -> None:
    source = make_source()
    run = held_run(source, file)
    broken = file.write(records(20)).read_text()[:-40]
    assert run_to_end(source, file.write_text(broken)).verdict == "incomplete"
    assert run_of(run.id).state == "held"


def test_one_gone_in_two_valid_runs_of_different_content_is_withdrawn(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    once = run_to_end(source, file.write(records(19)))
    assert (once.verdict, once.missing, once.withdrawn) == ("valid", 1, 0)
    assert lifecycles(source)["H20"] == "missing"
    twice = run_to_end(source, file.write(records(19)))
    assert (twice.verdict, twice.missing, twice.withdrawn) == ("valid", 0, 1)
    assert withdrawn(source) == ["H20"]
    assert [kind for kind, _ in history(source, "H20")] == ["created", "withdrawn"]


def test_the_same_file_read_twice_counts_as_one_absence(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    path = file.write(records(19))
    run_to_end(source, path)
    assert run_to_end(source, path).verdict == "unchanged"
    assert lifecycles(source)["H20"] == "missing"


def test_a_missing_offer_that_is_back_is_live_as_if_nothing_happened(file: FeedFile) -> None:
    source = make_source()
    for written in (records(20), records(19), records(20), records(19)):
        run_to_end(source, file.write(written))
    back = offer(source, "H20")
    assert (back.lifecycle, back.absent_runs) == ("missing", 1)
    assert [kind for kind, _ in history(source, "H20")] == ["created"]


def test_a_withdrawn_offer_returns_with_its_id_and_history(file: FeedFile) -> None:
    source = make_source()
    for written in (records(20), records(19), records(19)):
        run_to_end(source, file.write(written))
    gone = offer(source, "H20")
    run = run_to_end(source, file.write(records(20, H20="Denia")))
    back = offer(source, "H20")
    assert (back.id, back.first_seen_at) == (gone.id, gone.first_seen_at)
    assert (back.lifecycle, back.withdrawn_at, back.missing_since) == ("live", None, None)
    assert (run.updated, run.created) == (1, 0)
    assert [kind for kind, _ in history(source, "H20")] == ["created", "withdrawn", "returned"]
    assert history(source, "H20")[-1][1] == {"location.city": ["Altea", "Denia"]}


def test_a_small_agencys_only_sale_is_withdrawn_without_a_person(file: FeedFile) -> None:
    source = make_source()
    for written in (records(3), records(2), records(2)):
        run = run_to_end(source, file.write(written))
    assert (run.state, run.withdrawn) == ("finished", 1)


@pytest.mark.parametrize("left", [10, 0], ids=["half", "nothing"])
def test_the_source_may_wait_for_one_absence_only_and_still_holds(
    file: FeedFile, left: int
) -> None:
    source = make_source(absent_runs=1)
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write(records(left)))
    assert (run.state, run.withdrawn) == (("held", 0) if left else ("failed", 0))
    assert withdrawn(source) == []


def test_a_run_whose_memory_the_database_lost_withdraws_nothing(file: FeedFile) -> None:
    source = make_source(absent_runs=1)
    run_to_end(source, file.write(records(20)))
    run_id = start(source, file.write(records(20)))
    tasks.import_run(run_id)
    # As PostgreSQL does with an unlogged table when it crashes.
    sql("TRUNCATE run_seen")
    work_offers()
    tasks.finish_run(run_id)
    run = run_of(run_id)
    assert (run.state, run.verdict, run.withdrawn, run.held) == ("finished", "incomplete", 0, 0)
    assert [reason["code"] for reason in run.verdict_reasons] == ["memory_lost"]
    assert set(lifecycles(source).values()) == {"live"}


def test_up_to_the_share_offers_go_by_themselves_above_it_a_person_decides(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    assert run_to_end(source, file.write(records(17))).missing == 3
    assert run_to_end(source, file.write(records(17))).withdrawn == 3
    held = run_to_end(source, file.write(records(14)))
    assert (held.state, held.verdict, held.held, held.withdrawn) == ("held", "valid", 3, 0)


def test_a_refused_offer_that_is_still_in_the_feed_is_not_absent(file: FeedFile) -> None:
    source = make_source(absent_runs=1)
    run_to_end(source, file.write(records(20)))
    run_id = start(source, file.write(records(20, H5="Denia")))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[0].id)
    tasks.finish_run(run_id)
    run = run_of(run_id)
    assert (run.state, run.rejected) == ("finished", 1)
    assert (run.missing, run.withdrawn, run.held) == (0, 0, 0)
    assert lifecycles(source)["H5"] == "live"


def test_the_ids_of_a_run_are_forgotten_after_its_finish(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    assert sql("SELECT count(*) FROM run_seen") == [(0,)]


def test_an_approved_smaller_feed_is_what_is_usual_from_then_on(file: FeedFile) -> None:
    source = make_source()
    decide(held_run(source, file), approve=True)
    run = run_to_end(source, file.write(records(20, H20="Denia")[10:]))
    assert (run.state, run.verdict) == ("finished", "valid")


def test_a_discarded_smaller_feed_is_held_again(file: FeedFile) -> None:
    source = make_source()
    decide(held_run(source, file), approve=False)
    run = run_to_end(source, file.write(records(20, H20="Denia")[10:]))
    assert (run.state, run.held) == ("held", 10)


def test_a_refusal_is_forgotten_when_its_record_has_left_the_feed(file: FeedFile) -> None:
    source = make_source()
    run_id = start(source, file.write(records(4)))
    tasks.import_run(run_id)
    refuse(next(job.id for job in jobs_of(run_id) if job.external_id == "H2"))
    work_offers()
    tasks.finish_run(run_id)
    assert [one.external_id for one in problems(source)] == ["H2"]
    remaining = [one for one in records(4, H1="Javea") if "<id>H2</id>" not in one]
    run = run_to_end(source, file.write(remaining))
    assert run.verdict == "valid"
    assert problems(source) == []
    assert sql("SELECT * FROM rejections") == []
    assert sql("SELECT state FROM issues") == [("resolved",)]
