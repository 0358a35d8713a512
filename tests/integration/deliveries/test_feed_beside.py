"""A source with a feed and a webhook: whichever knows the newer state wins, and the feed corrects
what a lost delivery missed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from jobs import tasks
from tests import factories
from tests.deliveries import make_delivery, make_webhook, record
from tests.integration.deliveries.delivery_steps import (
    deliver,
    kept_objects,
    offers_of,
    prices,
    verdict,
    work_offers,
)
from tests.integration.deliveries.feed_server import FeedServer, running_feed_server
from tests.people import make_agency
from webapp.extensions import db
from webapp.models import Run, RunState, Trigger, Verdict, Webhook
from webapp.services.locations import set_location
from webapp.services.runs import start_run


@pytest.fixture
def feed(configure: Any) -> Iterator[FeedServer]:
    with running_feed_server() as running:
        configure(allowed_private_hosts=frozenset({urlsplit(running.url).netloc}))
        yield running


def door(feed: FeedServer, **settings: Any) -> Webhook:
    source = factories.make_source(make_agency("Baltvik Estates"), "Lirio")
    set_location(source, feed.url)
    made = make_webhook(source, **settings)
    db.session.commit()
    return made


def ago(**passed: float) -> datetime:
    return (datetime.now(UTC) - timedelta(**passed)).replace(microsecond=0)


def read_feed(webhook: Webhook) -> Run:
    run = start_run(webhook.source, trigger=Trigger.MANUAL)
    db.session.commit()
    work_run(run.id)
    return run


def work_run(run_id: int) -> None:
    with kept_objects():
        tasks.import_run(run_id)
    work_offers()
    with kept_objects():
        tasks.finish_run(run_id)
    run = db.session.get_one(Run, run_id)
    assert run.state == RunState.FINISHED, run.error_message


def runs_of(webhook: Webhook) -> list[Run]:
    statement = select(Run).where(Run.source_id == webhook.source_id).order_by(Run.id)
    return list(db.session.scalars(statement))


def test_a_feed_made_before_a_delivery_does_not_overwrite_it(feed: FeedServer) -> None:
    webhook = door(feed)
    feed.records, feed.made_at = [record("A1", price=1), record("A2", price=1)], ago(hours=1)
    deliver(make_delivery(webhook, record("A1", price=5)))
    read_feed(webhook)
    assert prices(webhook) == {"A1": 5, "A2": 1}


def test_a_newer_feed_corrects_what_a_lost_delivery_missed(feed: FeedServer) -> None:
    webhook = door(feed)
    feed.records, feed.made_at = [record("A1", price=1)], ago(hours=1)
    deliver(make_delivery(webhook, record("A1", price=5)))
    read_feed(webhook)
    feed.records, feed.made_at = [record("A1", price=9)], ago(seconds=-1)
    read_feed(webhook)
    assert prices(webhook) == {"A1": 9}


def test_a_feed_that_says_no_time_is_as_new_as_its_fetch(feed: FeedServer) -> None:
    webhook = door(feed)
    feed.records = [record("A1", price=1)]
    deliver(make_delivery(webhook, record("A1", price=5)))
    read_feed(webhook)
    assert prices(webhook) == {"A1": 1}


@pytest.mark.parametrize("etag", [None, '"v1"'])
def test_the_same_feed_again_corrects_a_delivery_after_it(
    feed: FeedServer, etag: str | None
) -> None:
    webhook = door(feed)
    feed.records, feed.etag = [record("A1", price=1)], etag
    read_feed(webhook)
    # That the price was set back later was lost on the way.
    deliver(make_delivery(webhook, record("A1", price=5)))
    read_feed(webhook)
    assert prices(webhook) == {"A1": 1}
    # Nothing has come since: nothing is read.
    assert read_feed(webhook).verdict == Verdict.UNCHANGED


def test_the_same_old_feed_again_is_not_read_for_deliveries_after_it(feed: FeedServer) -> None:
    webhook = door(feed)
    feed.records, feed.made_at = [record("A1", price=1)], ago(hours=1)
    read_feed(webhook)
    deliver(make_delivery(webhook, record("A1", price=5)))
    assert read_feed(webhook).verdict == Verdict.UNCHANGED
    assert prices(webhook) == {"A1": 5}


def test_a_server_that_says_one_time_of_two_files_is_not_believed(feed: FeedServer) -> None:
    webhook = door(feed)
    feed.records, feed.made_at = [record("A1", price=1)], ago(days=900)
    read_feed(webhook)
    deliver(make_delivery(webhook, record("A1", price=5)))
    feed.records = [record("A1", price=9)]
    read_feed(webhook)
    assert prices(webhook) == {"A1": 9}


def test_a_file_older_than_the_one_before_is_the_newer_reading_all_the_same(
    feed: FeedServer,
) -> None:
    webhook = door(feed)
    feed.records, feed.made_at = [record("A1", price=1)], ago(hours=1)
    read_feed(webhook)
    feed.records, feed.made_at = [record("A1", price=2)], ago(hours=2)
    read_feed(webhook)
    assert prices(webhook) == {"A1": 2}


def test_versions_order_feed_and_deliveries_whenever_they_come(feed: FeedServer) -> None:
    webhook = door(feed, version_at="rev")
    deliver(
        make_delivery(webhook, record("A1", rev=7, price=7)),
        make_delivery(webhook, record("A2", rev=3, price=3)),
    )
    feed.records = [record("A1", rev=6, price=6), record("A2", rev=4, price=4)]
    read_feed(webhook)
    assert prices(webhook) == {"A1": 7, "A2": 4}
    late = make_delivery(webhook, record("A2", rev=3, price=33))
    deliver(late)
    assert verdict(late)["superseded"] == 1
    assert prices(webhook) == {"A1": 7, "A2": 4}


def test_an_offer_that_a_delivery_brought_is_not_absent_from_an_older_feed(
    feed: FeedServer,
) -> None:
    webhook = door(feed)
    webhook.source.absent_runs, webhook.source.hold_share = 1, 1.0
    feed.records, feed.made_at = [record("A1"), record("A2")], ago(hours=3)
    read_feed(webhook)
    deliver(make_delivery(webhook, record("A9")))
    feed.records, feed.made_at = [record("A1"), record("A2", price=2)], ago(hours=2)
    read_feed(webhook)
    assert set(prices(webhook)) == {"A1", "A2", "A9"}


def test_an_offer_that_a_delivery_withdrew_stays_withdrawn_under_an_older_feed(
    feed: FeedServer,
) -> None:
    webhook = door(feed, withdrawn_when=[{"path": "gone", "equals": True}])
    feed.records, feed.made_at = [record("A1"), record("A2")], ago(hours=3)
    read_feed(webhook)
    deliver(
        make_delivery(webhook, {"id": "A1", "gone": True}),
        make_delivery(webhook, {"id": "A3", "gone": True}),
    )
    feed.records.append(record("A3"))
    feed.made_at = ago(hours=2)
    read_feed(webhook)
    assert offers_of(webhook)["A1"].lifecycle == "withdrawn"
    assert set(prices(webhook)) == {"A2"}


def test_a_ring_starts_a_run_and_several_during_it_one_more(feed: FeedServer) -> None:
    webhook = door(feed, shape="ring")
    feed.records = [record("A1", price=1)]
    first = make_delivery(webhook, b"", content_type="text/plain")
    deliver(first)
    assert verdict(first) == {"state": "done"}
    [run] = runs_of(webhook)
    deliver(*(make_delivery(webhook, {"ping": number}) for number in range(3)))
    assert len(runs_of(webhook)) == 1
    work_run(run.id)
    assert prices(webhook) == {"A1": 1}
    _, second = runs_of(webhook)
    feed.records = [record("A1", price=2)]
    work_run(second.id)
    assert prices(webhook) == {"A1": 2}
    assert [run.state for run in runs_of(webhook)] == [RunState.FINISHED] * 2


def test_a_ring_without_a_feed_says_so(feed: FeedServer) -> None:
    webhook = door(feed, shape="ring")
    set_location(webhook.source, "")
    delivery = make_delivery(webhook, b"changed")
    deliver(delivery)
    assert verdict(delivery) == {"state": "unreadable", "cause": "no_feed"}
    assert runs_of(webhook) == []
