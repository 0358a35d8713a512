"""Fields that differ at every export are found in runs, proposed, and change nothing once they are
ignored."""

from typing import Any

from kyero_by_hand import FeedFile, record
from pipeline_steps import counters, make_source, next_mapping, run_to_end, sql

from jobs import tasks
from webapp import queues
from webapp.extensions import db
from webapp.models import Run, Source


def exported(moment: str, *, count: int = 30, price: int = 250_000) -> list[str]:
    """Every record says when it was exported, and again in an attribute."""
    more = f'<exported>{moment}</exported><stamp at="{moment}"/>'
    return [record(f"H{number}", price=price, more=more) for number in range(1, count + 1)]


def read(source: int, file: FeedFile, written: list[str]) -> Run:
    """A run and what it rings for."""
    run = run_to_end(source, file.write(written))
    for job in queues.queue(queues.DEFAULT).jobs:
        if job.func_name == queues.FIND_VOLATILE_PATHS:
            tasks.find_volatile_paths(*job.args)
    queues.queue(queues.DEFAULT).empty()
    return run


def proposed(source: int) -> dict[str, dict[str, Any]]:
    db.session.expire_all()
    return {entry["path"]: entry for entry in db.session.get_one(Source, source).volatile_paths}


def test_fields_that_differ_in_unchanged_offers_are_proposed(file: FeedFile) -> None:
    source = make_source()
    read(source, file, exported("08:00"))
    assert proposed(source) == {}
    run = read(source, file, exported("09:00"))
    assert counters(run)["unchanged"] == 30
    found = proposed(source)
    assert set(found) == {"exported", "stamp.@at"}
    assert (found["exported"]["share"], found["exported"]["runs"]) == (1.0, 1)
    assert found["exported"]["refused"] is False


def test_each_run_counts_once(file: FeedFile) -> None:
    source = make_source()
    read(source, file, exported("08:00"))
    run = read(source, file, exported("09:00"))
    tasks.find_volatile_paths(run.id)
    assert proposed(source)["exported"]["runs"] == 1
    read(source, file, exported("10:00"))
    assert proposed(source)["exported"]["runs"] == 2


def test_a_date_of_update_that_moves_alone_is_volatile_too(file: FeedFile) -> None:
    def dated(day: int) -> list[str]:
        return [one.replace("2026-05-04", f"2026-05-{day:02}") for one in exported("08:00")]

    source = make_source()
    read(source, file, dated(4))
    assert counters(read(source, file, dated(5)))["updated"] == 30
    assert set(proposed(source)) == {"date"}


def test_what_the_offer_is_made_of_is_never_proposed(file: FeedFile) -> None:
    source = make_source()
    next_mapping(
        source, **{"extra.exported": {"path": "exported", "when": {"path": "beds", "equals": 9}}}
    )
    read(source, file, exported("08:00"))
    read(source, file, exported("09:00"))
    assert set(proposed(source)) == {"stamp.@at"}


def test_a_run_that_changes_offers_says_nothing(file: FeedFile) -> None:
    source = make_source()
    read(source, file, exported("08:00"))
    read(source, file, exported("09:00", price=260_000))
    assert proposed(source) == {}


def test_a_handful_of_offers_says_nothing(file: FeedFile) -> None:
    source = make_source()
    read(source, file, exported("08:00", count=10))
    read(source, file, exported("09:00", count=10))
    assert proposed(source) == {}


def test_a_refused_path_stays_refused(file: FeedFile) -> None:
    source = make_source()
    read(source, file, exported("08:00"))
    read(source, file, exported("09:00"))
    db.session.get_one(Source, source).volatile_paths = [
        {**entry, "refused": True} for entry in proposed(source).values()
    ]
    db.session.commit()
    read(source, file, exported("10:00"))
    assert {entry["refused"] for entry in proposed(source).values()} == {True}


def test_an_ignored_path_costs_one_more_look_and_none_after_that(file: FeedFile) -> None:
    source = make_source()
    read(source, file, exported("08:00"))
    sql(
        "UPDATE sources SET ignore_paths = CAST(:paths AS jsonb) WHERE id = :id",
        id=source,
        paths='["exported", "stamp.@at"]',
    )
    first = read(source, file, exported("09:00"))
    assert counters(first) == {"read": 30, "staged": 30, "settled": 30, "unchanged": 30}
    second = read(source, file, exported("10:00"))
    assert counters(second) == {"read": 30, "unchanged": 30}
    assert proposed(source) == {}


def test_a_change_beside_an_ignored_path_is_still_seen(file: FeedFile) -> None:
    source = make_source()
    sql("UPDATE sources SET ignore_paths = '[\"exported\"]' WHERE id = :id", id=source)
    read(source, file, exported("08:00"))
    run = read(source, file, [*exported("08:00")[1:], record("H1", price=1, more="")])
    assert run.updated == 1
