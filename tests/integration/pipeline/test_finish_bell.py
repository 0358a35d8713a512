"""When a run's finish is rung for: once nothing more can come, and not before."""

import pytest
from kyero_by_hand import FeedFile, records
from pipeline_steps import make_source, run_of, start, work_offers

from jobs import stage
from jobs.claims import claim_run
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from jobs.reading_ends import hand_over
from jobs.stage import stage_records
from webapp import queues
from webapp.presets import load_preset

DOCUMENT = load_preset("kyero_v3")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK_RECORDS", 20)


def bells() -> list[str]:
    return queues.queue(queues.DEFAULT).job_ids


def test_a_run_that_the_workers_keep_up_with_is_finished_when_it_is_read(file: FeedFile) -> None:
    run_id = start(make_source(), file.write(records(60)))
    run = claim_run(run_id, 60)
    assert run is not None
    run.sequence = 1
    raw_records = read_feed(file.path, DOCUMENT.reading, facts=DocumentFacts())
    for read in stage_records(run, raw_records, DOCUMENT, DocumentFacts(), expect_changes=True):
        work_offers()
        assert run_of(run_id).settled == read
        assert bells() == []
    hand_over(run)
    assert bells() == [f"finish-{run_id}"]


def test_the_last_offers_after_the_reading_ring_for_the_finish(file: FeedFile) -> None:
    run_id = start(make_source(), file.write(records(60)))
    run = claim_run(run_id, 60)
    assert run is not None
    run.sequence = 1
    raw_records = read_feed(file.path, DOCUMENT.reading, facts=DocumentFacts())
    assert (
        list(stage_records(run, raw_records, DOCUMENT, DocumentFacts(), expect_changes=True))[-1]
        == 60
    )
    hand_over(run)
    assert bells() == []
    work_offers()
    assert bells() == [f"finish-{run_id}"]
