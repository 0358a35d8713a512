"""A turn costs the same number of statements for one offer and for two hundred."""

import pytest
from kyero_by_hand import FeedFile, records
from pipeline_steps import jobs_of, make_source, run_to_end, start
from statements import sent_statements

from jobs import tasks
from jobs.apply import apply_offers

LEASE = 60


def staged(source: int, file: FeedFile, written: list[str]) -> list[int]:
    run_id = start(source, file.write(written))
    tasks.import_run(run_id)
    return [job.id for job in jobs_of(run_id)]


def turn(ids: list[int]) -> list[str]:
    with sent_statements() as sent:
        apply_offers(ids, LEASE)
    return sent


def test_creating_one_offer_or_two_hundred_takes_the_same_statements(file: FeedFile) -> None:
    ids = staged(make_source(), file, records(202))
    turn(ids[:1])
    one, many = turn(ids[1:2]), turn(ids[2:])
    assert one == many
    assert 5 < len(one) < 15


def test_changing_one_offer_or_two_hundred_takes_the_same_statements(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(202)))
    towns = {f"H{number}": "Denia" for number in range(1, 203)}
    ids = staged(source, file, records(202, **towns))
    assert turn(ids[:1]) == turn(ids[1:2]) == turn(ids[2:])


@pytest.mark.parametrize("table", ["mappings", "agencies"])
def test_what_rarely_changes_is_not_asked_for_again(file: FeedFile, table: str) -> None:
    ids = staged(make_source(), file, records(20))
    turn(ids[:10])
    assert not any(table in statement for statement in turn(ids[10:]))


def test_only_taking_the_jobs_up_looks_at_sources(file: FeedFile) -> None:
    ids = staged(make_source(), file, records(20))
    turn(ids[:10])
    looking = [one for one in turn(ids[10:]) if "sources" in one]
    assert len(looking) == 1 and looking[0].startswith("UPDATE offer_jobs")
