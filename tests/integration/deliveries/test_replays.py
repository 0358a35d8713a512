"""Deliveries worked again on a person's word: which, how often, and what may not be overwritten."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobs import batches, tasks
from jobs.deliveries import replays as job
from jobs.deliveries.replays import replay_batch, ring_for_open_replays
from tests.deliveries import MAPPING, make_delivery, record
from tests.integration.deliveries.delivery_steps import (
    deliver,
    kept_objects,
    offers_of,
    prices,
    verdict,
    work_offers,
)
from tests.people import make_user
from webapp import queues
from webapp.extensions import db
from webapp.models import (
    AuditEntry,
    Delivery,
    DeliveryState,
    OfferJob,
    OfferProblem,
    OfferRecord,
    Replay,
    ReplayState,
    SourceStatus,
    User,
    Webhook,
    utc_now,
)
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.queries.delivery_filters import DeliveryFilters
from webapp.services.mappings import add_version
from webapp.services.replays import (
    NothingToReplay,
    ReplayAlreadyOpen,
    cancel_replay,
    replayable_count,
    start_replay,
)

EVERY = DeliveryFilters()


@pytest.fixture
def agent(webhook: Webhook) -> User:
    return make_user("una@l.example", "Una Prado", agency=webhook.source.agency)


def ask(webhook: Webhook, agent: User, filters: DeliveryFilters = EVERY) -> Replay:
    replay = start_replay(webhook.source, filters, agent)
    db.session.commit()
    return replay


def work(replay: Replay) -> None:
    """The job, then the offers worker."""
    with kept_objects():
        tasks.replay_deliveries(replay.id)
    work_offers()
    db.session.rollback()
    db.session.refresh(replay)


def test_a_replay_cuts_the_stored_body_anew_with_the_mapping_in_force(
    webhook: Webhook, agent: User
) -> None:
    delivery = make_delivery(webhook, [record("A1"), record("A2", price=90_000)])
    deliver(delivery)
    document = as_data(MAPPING)
    document["fields"]["bedrooms"]["path"] = "rooms"
    add_version(webhook.source, MappingDocument.model_validate(document), None)
    db.session.commit()
    replay = ask(webhook, agent)
    work(replay)
    assert (replay.state, replay.wanted, replay.replayed) == (ReplayState.FINISHED, 1, 1)
    assert verdict(delivery)["updated"] == 2
    assert {offer.bedrooms for offer in offers_of(webhook).values()} == {None}
    assert delivery.replay_id == replay.id


def test_a_replay_never_overwrites_a_newer_state(webhook: Webhook, agent: User) -> None:
    first = make_delivery(webhook, record("A1", price=100_000))
    deliver(first)
    second = make_delivery(webhook, record("A1", price=120_000))
    deliver(second)
    work(ask(webhook, agent, DeliveryFilters(first=first.id, last=first.id)))
    assert prices(webhook) == {"A1": 120_000.0}
    assert verdict(first) == {"state": "done", "staged": 1, "settled": 1, "superseded": 1}


def test_a_replay_of_everything_ends_in_the_same_offers(webhook: Webhook, agent: User) -> None:
    sent = [make_delivery(webhook, record("A1", price=100_000 + step)) for step in range(6)]
    sent.append(make_delivery(webhook, record("A2")))
    deliver(*sent)
    before = prices(webhook)
    work(ask(webhook, agent))
    assert prices(webhook) == before == {"A1": 100_005.0, "A2": 100_000.0}
    assert db.session.scalar(select(func.count(OfferJob.id))) == 7


def test_only_one_replay_of_a_source_is_open(webhook: Webhook, agent: User) -> None:
    deliver(make_delivery(webhook, record("A1")))
    first = ask(webhook, agent)
    with pytest.raises(ReplayAlreadyOpen) as already:
        start_replay(webhook.source, EVERY, agent)
    assert already.value.replay.id == first.id


def test_the_job_run_twice_replays_once(webhook: Webhook, agent: User) -> None:
    delivery = make_delivery(webhook, record("A1"))
    deliver(delivery)
    replay = ask(webhook, agent)
    work(replay)
    staged_at = db.session.scalar(select(Delivery.staged_at).where(Delivery.id == delivery.id))
    work(replay)
    assert replay.replayed == 1
    db.session.refresh(delivery)
    assert delivery.staged_at == staged_at


def test_what_came_after_the_question_is_not_part_of_it(webhook: Webhook, agent: User) -> None:
    first = make_delivery(webhook, record("A1"))
    deliver(first)
    replay = ask(webhook, agent)
    later = make_delivery(webhook, record("A2"))
    deliver(later)
    work(replay)
    assert replay.wanted == replay.replayed == 1
    assert later.replay_id is None


def test_refused_deliveries_and_those_on_their_way_are_left_out(
    webhook: Webhook, agent: User
) -> None:
    make_delivery(webhook, b"", state=DeliveryState.REFUSED, cause="too_old", finished_at=utc_now())
    make_delivery(webhook, record("A1"), state=DeliveryState.WAITING)
    make_delivery(webhook, record("A2"))
    db.session.commit()
    assert replayable_count(webhook.source, EVERY).value == 0
    with pytest.raises(NothingToReplay):
        start_replay(webhook.source, EVERY, agent)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Replay.id))) == 0


def test_only_what_matches_the_filters_is_replayed(webhook: Webhook, agent: User) -> None:
    good = make_delivery(webhook, record("A1"))
    broken = make_delivery(webhook, b"{")
    deliver(good, broken)
    filters = DeliveryFilters(state=DeliveryState.UNREADABLE)
    assert replayable_count(webhook.source, filters).value == 1
    work(ask(webhook, agent, filters))
    assert (good.replay_id, verdict(broken)["cause"]) == (None, "not_json")
    assert broken.replay_id is not None


def test_the_problems_of_records_without_an_id_are_not_doubled(
    webhook: Webhook, agent: User
) -> None:
    delivery = make_delivery(webhook, [record("A1"), {"price": 1}])
    deliver(delivery)
    work(ask(webhook, agent))
    codes = db.session.scalars(select(OfferProblem.code).where(OfferProblem.external_id == ""))
    assert codes.all() == ["missing_id"]
    assert verdict(delivery)["rejected"] == 1


def test_the_records_that_offers_stand_on_survive_a_replay_that_reads_nothing(
    webhook: Webhook, agent: User
) -> None:
    delivery = make_delivery(webhook, record("A1"))
    deliver(delivery)
    webhook.settings = {**webhook.settings, "records_at": "nowhere.to.be.found"}
    db.session.commit()
    work(ask(webhook, agent))
    assert verdict(delivery)["state"] == "unreadable"
    offer = offers_of(webhook)["A1"]
    assert db.session.get(OfferRecord, offer.job_id) is not None
    assert db.session.scalar(select(func.count(OfferJob.id))) == 0


def test_while_the_source_is_paused_a_replayed_delivery_waits(
    webhook: Webhook, agent: User
) -> None:
    delivery = make_delivery(webhook, record("A1"))
    deliver(delivery)
    webhook.source.status = SourceStatus.PAUSED
    db.session.commit()
    work(ask(webhook, agent))
    assert verdict(delivery) == {"state": "waiting"}


def test_a_cancelled_replay_goes_no_further(webhook: Webhook, agent: User) -> None:
    delivery = make_delivery(webhook, record("A1"))
    deliver(delivery)
    replay = ask(webhook, agent)
    assert cancel_replay(replay, agent)
    db.session.commit()
    assert not cancel_replay(replay, agent)
    work(replay)
    assert (replay.state, replay.replayed) == (ReplayState.CANCELLED, 0)
    assert verdict(delivery)["state"] == "done"
    said = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert said == ["deliveries_replayed", "replay_cancelled"]


def test_a_large_replay_goes_on_batch_by_batch(
    webhook: Webhook, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [make_delivery(webhook, record(f"A{number}")) for number in range(5)]
    deliver(*sent)
    monkeypatch.setattr(job, "BATCH", 2)
    replay = ask(webhook, agent)
    assert [replay_batch(replay.id) for _ in range(4)] == [2, 2, 1, 0]
    work_offers()
    work(replay)
    assert replay.replayed == 5
    assert {verdict(delivery)["state"] for delivery in sent} == {"done"}


def test_a_bell_that_was_lost_is_rung_again(webhook: Webhook, agent: User) -> None:
    deliver(make_delivery(webhook, record("A1")))
    replay = ask(webhook, agent)
    queue = queues.queue(queues.DEFAULT)
    queue.empty()
    ring_for_open_replays()
    assert queue.get_job_ids() == [f"replay-{replay.id}"]


def test_new_deliveries_do_not_stand_behind_replayed_ones(
    webhook: Webhook, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [make_delivery(webhook, record(f"A{number}")) for number in range(6)]
    deliver(*sent)
    monkeypatch.setattr(job, "BATCH", 2)
    monkeypatch.setattr(batches, "TURN_SECONDS", 0.3)
    replay = ask(webhook, agent)
    with kept_objects():
        tasks.replay_deliveries(replay.id)
    assert queues.queue(queues.OFFERS_LIVE).count == 2
    assert replay.replayed == 2


def test_a_count_says_that_there_are_more_than_one_replay_takes(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = utc_now() - timedelta(days=1)
    for number in range(4):
        make_delivery(webhook, record(f"A{number}"), state=DeliveryState.DONE, finished_at=long_ago)
    db.session.commit()
    monkeypatch.setattr("webapp.services.replays.MOST_DELIVERIES", 3)
    count = replayable_count(webhook.source, EVERY)
    assert (count.value, count.is_more) == (3, True)
