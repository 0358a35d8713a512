"""One bad offer harms only itself: the others are applied, its last good version stays live."""

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
from refusals import database_refusing, refuse, spoil_record

from jobs import tasks
from jobs.apply import take_up, write_down
from webapp.models import Run


def read(source: int, file: FeedFile, written: list[str]) -> int:
    """Import without applying; returns the run's id."""
    run_id = start(source, file.write(written))
    tasks.import_run(run_id)
    return run_id


def finish(run_id: int) -> Run:
    work_offers()
    tasks.finish_run(run_id)
    return run_of(run_id)


def job_id(run_id: int, external_id: str) -> int:
    return next(job.id for job in jobs_of(run_id) if job.external_id == external_id)


def source_with_refused_h2(file: FeedFile) -> int:
    """H1 to H4 are live; then H2 came with another town and was refused."""
    source = make_source()
    run_to_end(source, file.write(records(4)))
    run_id = read(source, file, records(4, H2="Javea"))
    refuse(job_id(run_id, "H2"))
    finish(run_id)
    return source


def test_of_a_turn_only_the_offer_that_the_database_refuses_fails(file: FeedFile) -> None:
    source = make_source()
    with database_refusing("external_id = 'H7'"):
        run = run_to_end(source, file.write(records(30)))
    assert counters(run) == {"read": 30, "staged": 30, "settled": 30, "created": 29, "failed": 1}
    assert "H7" not in lifecycles(source) and len(lifecycles(source)) == 29
    failed = [job for job in jobs_of(run.id) if job.state == "failed"]
    assert [(job.external_id, job.error_code) for job in failed] == [
        ("H7", "offer_refused_by_database")
    ]


def test_what_the_database_refused_is_said_in_words_for_people(file: FeedFile) -> None:
    source = make_source()
    with database_refusing("external_id = 'H2'"):
        run = run_to_end(source, file.write(records(3)))
    [found] = problems(source)
    assert (found.external_id, found.position, found.line) == ("H2", 2, 6)
    assert found.code == "offer_refused_by_database"
    failed = next(job for job in jobs_of(run.id) if job.state == "failed")
    assert failed.error_message == found.message
    assert found.message.startswith("The offer could not be stored") and "\n" not in found.message


def test_the_last_good_version_of_a_refused_offer_stays_live(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    with database_refusing("external_id = 'H2' AND city = 'Javea'"):
        run = run_to_end(source, file.write(records(3, H1="Javea", H2="Javea")))
    assert (run.updated, run.failed) == (1, 1)
    kept = offer(source, "H2")
    assert (kept.city, kept.lifecycle, kept.sync_status) == ("Altea", "live", "failed")
    assert [kind for kind, _ in history(source, "H2")] == ["created"]
    assert offer(source, "H1").city == "Javea"


def test_a_record_that_crashes_the_mapping_fails_alone(file: FeedFile) -> None:
    source = make_source()
    run_id = read(source, file, records(5))
    spoil_record(job_id(run_id, "H4"))
    run = finish(run_id)
    assert counters(run) == {"read": 5, "staged": 5, "settled": 5, "created": 4, "failed": 1}
    assert [(one.external_id, one.code) for one in problems(source)] == [("H4", "mapping_failed")]


def test_a_refused_record_leaves_the_offer_as_it_was(file: FeedFile) -> None:
    source = source_with_refused_h2(file)
    kept = offer(source, "H2")
    assert (kept.city, kept.lifecycle, kept.sync_status) == ("Altea", "live", "rejected")
    assert [(one.external_id, one.code) for one in problems(source)] == [("H2", "missing_required")]
    assert set(lifecycles(source).values()) == {"live"}


def test_a_refused_record_is_not_tried_again_while_it_stays_the_same(file: FeedFile) -> None:
    source = source_with_refused_h2(file)
    run = run_to_end(source, file.write(records(4, H2="Javea")))
    assert counters(run) == {"read": 4, "unchanged": 3, "rejected": 1}
    assert [one.code for one in problems(source)] == ["missing_required"]
    assert offer(source, "H2").sync_status == "rejected"


def test_a_refused_record_is_tried_again_once_it_changes(file: FeedFile) -> None:
    source = source_with_refused_h2(file)
    run = run_to_end(source, file.write(records(4, H2="Denia")))
    assert counters(run) == {"read": 4, "staged": 1, "settled": 1, "updated": 1, "unchanged": 3}
    assert (offer(source, "H2").city, offer(source, "H2").sync_status) == ("Denia", "ok")
    assert problems(source) == []


def test_a_refused_record_is_tried_again_under_another_mapping(file: FeedFile) -> None:
    source = source_with_refused_h2(file)
    next_mapping(source, subtype={"path": "town"})
    run = run_to_end(source, file.write(records(4, H2="Javea")))
    assert (run.staged, run.updated, run.rejected) == (4, 4, 0)
    assert offer(source, "H2").sync_status == "ok"


def test_a_record_that_goes_back_to_its_good_version_clears_the_refusal(file: FeedFile) -> None:
    source = source_with_refused_h2(file)
    run = run_to_end(source, file.write(records(4)))
    assert (run.staged, run.unchanged, run.rejected) == (1, 4, 0)
    assert offer(source, "H2").sync_status == "ok" and problems(source) == []
    assert sql("SELECT * FROM rejections") == []
    assert [kind for kind, _ in history(source, "H2")] == ["created"]


def test_records_without_an_id_or_with_a_taken_one_are_named_by_place(file: FeedFile) -> None:
    source = make_source()
    written = [
        record("H1"),
        record(None),
        record("H1", town="Denia"),
        record("x" * 201),
        record("H5"),
    ]
    run = run_to_end(source, file.write(written))
    assert {"read": 5, "staged": 2, "created": 2, "rejected": 3, "unidentified": 3}.items() <= (
        counters(run).items()
    )
    assert [(one.code, one.position, one.line) for one in problems(source)] == [
        ("missing_id", 2, 6),
        ("duplicate_id", 3, 7),
        ("bad_id", 4, 8),
    ]
    assert offer(source, "H1").city == "Altea"
    assert "H1" in problems(source)[1].message


def test_a_duplicate_far_behind_its_first_is_found_too(file: FeedFile) -> None:
    source = make_source()
    run = run_to_end(source, file.write([*records(1100), record("H1", town="Denia")]))
    assert (run.read, run.created, run.unidentified) == (1101, 1100, 1)
    assert [(one.code, one.position) for one in problems(source)] == [("duplicate_id", 1101)]


def test_problems_of_the_reading_go_with_the_next_reading(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write([*records(3), record(None)]))
    assert [one.code for one in problems(source)] == ["missing_id"]
    run_to_end(source, file.write(records(3)))
    assert problems(source) == []


def test_the_demo_vendors_flawed_records_are_all_accounted_for(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/clumsy-clerk.xml?offers=300&bad=0.1&mode=duplicates")
    run = run_to_end(source)
    assert run.read == 301 == run.created + run.rejected
    codes = {one.code for one in problems(source)}
    assert codes >= {"duplicate_id", "unknown_value", "bad_coordinates", "bad_date"}
    assert all(one.position >= 1 and one.line and one.message for one in problems(source))


def test_a_fault_of_ours_while_a_turn_is_written_harms_only_its_offer(file: FeedFile) -> None:
    source = make_source()
    run_id = read(source, file, records(4))
    mapped = take_up([job.id for job in jobs_of(run_id)], 60)
    assert mapped[1].offer is not None
    # What no rule makes and no JSON can hold.
    mapped[1].offer["extra"] = {"thing": object()}
    write_down(mapped)
    assert {job.external_id: job.state for job in jobs_of(run_id)} == {
        "H1": "done", "H2": "failed", "H3": "done", "H4": "done",
    }  # fmt: skip
    assert [one.code for one in problems(source)] == ["offer_refused_by_database"]
