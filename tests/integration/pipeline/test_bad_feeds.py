"""Feeds that are no feeds: each ends its run with a sentence, and harms no offer."""

import time
from typing import Any

import pytest
from pipeline_steps import counters, lifecycles, make_source, offer, run_of, run_to_end, sql, start
from refused_feeds import FEED, is_for_people, misbehave, snapshot, source_with_offers

from demo.modes import Mode
from jobs import tasks

# The mode, the code it ends with, a word of the message, and a word of the hint.
REFUSED = [
    (Mode.ERROR_404, "not_found", "404", "current address"),
    (Mode.EMPTY, "empty_feed", "empty", "Ask the vendor"),
    (Mode.COMMENT, "empty_feed", "only a comment", "current address"),
    (Mode.HTML, "login_page", "login page", "user name and password"),
    (Mode.BOMB, "entity_bomb", "attacks", "Do not read this address again"),
    (Mode.REDIRECT_PRIVATE, "private_address", "private network", "public address"),
]
# These come back by themselves: the run waits for its next try and says why.
TRIED_AGAIN = [
    (Mode.ERROR_500, "server_error", "500"),
    (Mode.ERROR_503, "server_error", "503"),
    (Mode.CUT, "truncated", "broke"),
]


@pytest.mark.parametrize(("mode", "code", "said", "advised"), REFUSED, ids=lambda one: str(one))
def test_a_feed_that_is_none_is_refused_in_words(
    vendor: str, mode: Mode, code: str, said: str, advised: str
) -> None:
    source = source_with_offers(vendor)
    before = snapshot(source)
    run = misbehave(source, vendor, mode)
    assert (run.state, run.verdict, run.error_code) == ("failed", "incomplete", code)
    assert said in (run.error_message or "") and advised in (run.error_hint or "")
    assert is_for_people(run)
    assert snapshot(source) == before


@pytest.mark.parametrize(("mode", "code", "said"), TRIED_AGAIN, ids=lambda one: str(one))
def test_a_vendor_that_is_down_is_asked_again_later(
    vendor: str, mode: Mode, code: str, said: str
) -> None:
    source = source_with_offers(vendor)
    before = snapshot(source)
    run = misbehave(source, vendor, mode)
    assert (run.state, run.error_code, run.attempt) == ("queued", code, 1)
    assert said in (run.error_message or "") and is_for_people(run)
    [[seconds]] = sql("SELECT extract(epoch FROM due_at - now()) FROM runs WHERE id=:id", id=run.id)
    assert 10 < seconds <= 30
    assert snapshot(source) == before


def test_after_five_tries_in_vain_the_run_fails(vendor: str) -> None:
    source = make_source(f"{vendor}{FEED}&mode=500")
    run_id = start(source)
    for attempt in range(1, 6):
        assert run_of(run_id).state == "queued"
        tasks.import_run(run_id)
        assert run_of(run_id).attempt == attempt
        sql("UPDATE runs SET due_at = now() WHERE state = 'queued'")
    run = run_of(run_id)
    assert (run.state, run.verdict, run.error_code) == ("failed", "incomplete", "server_error")
    assert is_for_people(run)


@pytest.mark.parametrize("mode", [Mode.SLOW, Mode.HANG])
def test_a_vendor_that_never_ends_is_cut_off(vendor: str, configure: Any, mode: Mode) -> None:
    source = source_with_offers(vendor)
    before = snapshot(source)
    configure(fetch_seconds=1)
    began = time.monotonic()
    run = misbehave(source, vendor, mode)
    assert time.monotonic() - began < 5
    assert (run.state, run.error_code) == ("queued", "timed_out")
    assert is_for_people(run)
    assert snapshot(source) == before


def test_a_feed_without_end_is_cut_off_at_the_limit(vendor: str, configure: Any) -> None:
    source = source_with_offers(vendor)
    before = snapshot(source)
    config = configure(max_feed_bytes=3_000_000)
    folders = set(config.spool_dir.iterdir()) if config.spool_dir.is_dir() else set()
    run = misbehave(source, vendor, Mode.HUGE)
    assert (run.state, run.error_code) == ("failed", "too_large")
    assert "3 MB" in (run.error_message or "") and is_for_people(run)
    assert set(config.spool_dir.iterdir()) == folders
    assert snapshot(source) == before


def test_a_truncated_feed_brings_what_it_has_and_withdraws_nothing(vendor: str) -> None:
    source = make_source(f"{vendor}{FEED}&changed=1")
    run_to_end(source)
    sql(
        "UPDATE sources SET absent_runs = 1, location = :url",
        url=f"{vendor}{FEED}&changed=1&generation=1&mode=truncated",
    )
    run = run_to_end(source)
    assert (run.state, run.verdict, run.error_code) == ("finished", "incomplete", "not_well_formed")
    assert 0 < run.read < 12 and run.settled == run.staged == run.read
    assert is_for_people(run) and "line" in (run.error_place or "")
    assert run.verdict_reasons[0]["code"] == "broken_off"
    assert set(lifecycles(source).values()) == {"live"} and len(lifecycles(source)) == 12
    assert (run.missing, run.withdrawn, run.held) == (0, 0, 0)


def test_an_entity_never_reads_a_file_of_the_server(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/curious.xml?mode=xxe")
    run = run_to_end(source)
    assert (run.state, run.read, run.created) == ("finished", 1, 1)
    stored = offer(source, "X1").data
    assert [text["plain"] for text in stored["texts"]] == ["&x;"]
    assert "root:" not in str(stored)


@pytest.mark.parametrize("mode", [Mode.GZIP, Mode.REDIRECT])
def test_what_is_unusual_but_right_is_read(vendor: str, mode: Mode) -> None:
    run = run_to_end(make_source(f"{vendor}{FEED}&mode={mode}"))
    assert (run.verdict, run.created, run.error_code) == ("valid", 12, None)


def test_a_private_address_is_refused_from_the_start(vendor: str, configure: Any) -> None:
    configure(allowed_private_hosts=frozenset())
    source = make_source(f"{vendor}{FEED}")
    run = run_to_end(source)
    assert (run.state, run.error_code) == ("failed", "private_address")
    assert is_for_people(run)
    assert lifecycles(source) == {}


def test_what_was_good_stays_after_an_error_and_the_next_good_feed_is_read(vendor: str) -> None:
    source = make_source(f"{vendor}{FEED}&changed=1")
    run_to_end(source)
    sql("UPDATE sources SET location = :url", url=f"{vendor}{FEED}&changed=1&mode=html")
    assert run_to_end(source).state == "failed"
    sql("UPDATE sources SET location = :url", url=f"{vendor}{FEED}&changed=1")
    run = run_to_end(source)
    assert (run.verdict, counters(run)["updated"]) == ("valid", 12)
    assert offer(source, "CB000001").sync_status == "ok"
