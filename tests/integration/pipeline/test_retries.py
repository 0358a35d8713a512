"""Sending failed offers again: how many is known first, only those are touched, twice is once."""

from kyero_by_hand import FeedFile, records
from pipeline_steps import (
    counters,
    jobs_of,
    make_source,
    offer,
    problems,
    retry_all,
    run_of,
    run_to_end,
    sql,
    start,
    waiting,
    work_offers,
)
from refusals import database_refusing, refuse

from jobs import tasks
from webapp import queues
from webapp.extensions import db
from webapp.models import OfferJob, Run, utc_now
from webapp.queries.retries import of_run, retryable_count
from webapp.services.retries import retry_job
from webapp.services.runs import cancel_run

BAD = "external_id IN ('H2', 'H5')"


def failed_run(source: int, file: FeedFile) -> int:
    """Six offers change; the database refuses two of them."""
    run_to_end(source, file.write(records(6)))
    towns = {f"H{number}": "Denia" for number in range(1, 7)}
    with database_refusing(f"{BAD} AND city = 'Denia'"):
        run = run_to_end(source, file.write(records(6, **towns)))
    assert (run.updated, run.failed) == (4, 2)
    return run.id


def count_of(run_id: int) -> int:
    return retryable_count(of_run(db.session.get_one(Run, run_id), utc_now())).value


def touched() -> dict[str, object]:
    """When each offer was changed and how often, by external id."""
    return {
        external_id: (changed_at, revisions)
        for external_id, changed_at, revisions in sql(
            "SELECT external_id, changed_at, (SELECT count(*) FROM offer_revisions"
            " WHERE offer_id = offers.id) FROM offers"
        )
    }


def test_retrying_a_run_sends_exactly_its_failed_offers_again(file: FeedFile) -> None:
    source = make_source()
    run_id = failed_run(source, file)
    before = touched()
    assert count_of(run_id) == 2
    assert retry_all(run_id) == 2
    assert len(waiting(queues.OFFERS_LIVE)) == 2
    work_offers()
    after = touched()
    assert {one for one in after if after[one] != before[one]} == {"H2", "H5"}
    assert offer(source, "H5").city == "Denia" and offer(source, "H5").sync_status == "ok"


def test_the_counters_are_right_while_and_after_it_is_sent_again(file: FeedFile) -> None:
    run_id = failed_run(make_source(), file)
    retry_all(run_id)
    assert counters(run_of(run_id)) == {"read": 6, "staged": 6, "settled": 4, "updated": 4}
    work_offers()
    assert counters(run_of(run_id)) == {"read": 6, "staged": 6, "settled": 6, "updated": 6}
    assert run_of(run_id).state == "finished"


def test_a_second_press_sends_nothing(file: FeedFile) -> None:
    run_id = failed_run(make_source(), file)
    assert [retry_all(run_id), retry_all(run_id)] == [2, 0]
    work_offers()
    assert retry_all(run_id) == 0
    assert count_of(run_id) == 0


def test_an_offer_that_fails_again_can_be_sent_again(file: FeedFile) -> None:
    source = make_source()
    run_id = failed_run(source, file)
    with database_refusing(f"{BAD} AND city = 'Denia'"):
        retry_all(run_id)
        work_offers()
    assert (run_of(run_id).failed, len(problems(source))) == (2, 2)
    assert retry_all(run_id) == 2
    work_offers()
    assert (run_of(run_id).failed, problems(source)) == (0, [])


def test_one_offer_is_sent_again_alone(file: FeedFile) -> None:
    source = make_source()
    run_id = failed_run(source, file)
    [first, second] = [job.id for job in jobs_of(run_id) if job.state == "failed"]
    assert retry_job(db.session.get_one(OfferJob, second))
    db.session.commit()
    assert not retry_job(db.session.get_one(OfferJob, second))
    db.session.commit()
    work_offers()
    states = {job.id: job.state for job in jobs_of(run_id)}
    assert (states[first], states[second]) == ("failed", "done")
    assert (run_of(run_id).failed, run_of(run_id).updated) == (1, 5)


def test_a_successful_offer_is_not_sent_again(file: FeedFile) -> None:
    run = run_to_end(make_source(), file.write(records(2)))
    assert not retry_job(db.session.get_one(OfferJob, jobs_of(run.id)[0].id))
    assert waiting(queues.OFFERS_LIVE) == []


def test_refused_and_quarantined_offers_can_be_sent_again_too(file: FeedFile) -> None:
    source = make_source()
    run_id = start(source, file.write(records(3)))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[0].id)
    sql(
        "UPDATE offer_jobs SET state = 'quarantined', suspect = true, deaths = 2,"
        " error_code = 'worker_died', settled_at = now() WHERE id = :id",
        id=jobs_of(run_id)[1].id,
    )
    sql("UPDATE runs SET quarantined = 1, settled = settled + 1")
    work_offers()
    tasks.finish_run(run_id)
    assert retry_all(run_id) == 2
    work_offers()
    assert counters(run_of(run_id)) == {"read": 3, "staged": 3, "settled": 3, "created": 3}
    assert sql("SELECT count(*) FROM rejections") == [(0,)]


def test_a_retry_does_not_bring_an_older_version_back(file: FeedFile) -> None:
    source = make_source()
    run_id = failed_run(source, file)
    towns = {f"H{number}": "Calpe" for number in range(1, 7)}
    run_to_end(source, file.write(records(6, **towns)))
    assert retry_all(run_id) == 2
    work_offers()
    assert (run_of(run_id).superseded, run_of(run_id).failed) == (2, 0)
    assert offer(source, "H2").city == "Calpe"


def test_nothing_of_a_cancelled_run_is_sent_again(file: FeedFile) -> None:
    run_id = start(make_source(), file.write(records(3)))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[0].id)
    cancel_run(db.session.get_one(Run, run_id), None)
    db.session.commit()
    assert count_of(run_id) == 0
    assert retry_all(run_id) == 0
    assert run_of(run_id).rejected == 1
