"""Removals that a person decides about: held, approved, discarded, superseded."""

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import (
    history,
    lifecycles,
    make_source,
    offer,
    run_of,
    run_to_end,
    start,
    withdrawn,
    work_offers,
)

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


@pytest.mark.parametrize("left", [10, 0], ids=["half", "nothing"])
def test_the_source_may_wait_for_one_absence_only_and_still_holds(
    file: FeedFile, left: int
) -> None:
    source = make_source(absent_runs=1)
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write(records(left)))
    assert (run.state, run.withdrawn) == (("held", 0) if left else ("failed", 0))
    assert withdrawn(source) == []


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
