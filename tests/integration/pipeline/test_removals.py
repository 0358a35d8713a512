"""Never "everything was sold" by accident: when offers are withdrawn, and when left alone."""

from kyero_by_hand import FeedFile, records
from pipeline_steps import (
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
    withdrawn,
    work_offers,
)
from refusals import database_refusing, refuse

from jobs import tasks
from webapp.extensions import db


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


def test_an_old_refused_record_sent_again_does_not_bring_back_a_withdrawn_offer(
    file: FeedFile,
) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    with database_refusing("city = 'Denia'"):
        refused = run_to_end(source, file.write(records(20, H20="Denia")))
    assert refused.failed == 1
    run_to_end(source, file.write(records(19)))
    run_to_end(source, file.write(records(19)))
    assert withdrawn(source) == ["H20"]
    assert retry_all(refused.id) == 1
    db.session.commit()
    work_offers()
    assert withdrawn(source) == ["H20"]
    run_to_end(source, file.write(records(20)))
    assert lifecycles(source)["H20"] == "live"
