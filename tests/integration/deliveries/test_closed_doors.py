"""A flood of refused requests closes a door to what is not signed rightly, longer each time."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from jobs.deliveries.door_health import FEWEST_FAILURES, judge_doors
from tests.deliveries import make_delivery, record
from webapp.extensions import db
from webapp.models import Alert, Delivery, DeliveryState, Webhook, utc_now


def refuse(webhook: Webhook, times: int, at: datetime | None = None) -> None:
    for _ in range(times):
        make_delivery(
            webhook,
            b"{}",
            state=DeliveryState.REFUSED,
            cause="wrong_signature",
            message_key=None,
            http_status=401,
            received_at=at or utc_now(),
        )
    db.session.commit()


def closed_minutes(webhook: Webhook) -> float | None:
    db.session.refresh(webhook)
    if webhook.closed_until is None:
        return None
    return (webhook.closed_until - utc_now()).total_seconds() / 60


def end_pause(webhook: Webhook, ago: timedelta = timedelta(seconds=1)) -> None:
    webhook.closed_until = utc_now() - ago
    db.session.commit()


def test_a_flood_of_wrong_signatures_closes_the_door_for_a_minute(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES)
    judge_doors()
    minutes = closed_minutes(webhook)
    assert minutes is not None and 0.5 < minutes <= 1
    assert webhook.closed_reason == "wrong_signature"


def test_a_few_refused_requests_do_not_close_it(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES - 1)
    judge_doors()
    assert closed_minutes(webhook) is None


def test_refused_requests_among_good_ones_do_not_close_it(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES)
    for number in range(10):
        make_delivery(webhook, record(f"A{number}"))
    db.session.commit()
    judge_doors()
    assert closed_minutes(webhook) is None


def test_an_old_flood_does_not_close_it(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES, utc_now() - timedelta(minutes=10))
    judge_doors()
    assert closed_minutes(webhook) is None


def test_a_flood_that_goes_on_closes_it_longer_each_time(webhook: Webhook) -> None:
    lasted = []
    for _ in range(4):
        refuse(webhook, FEWEST_FAILURES)
        judge_doors()
        lasted.append(round(closed_minutes(webhook) or 0))
        end_pause(webhook)
    assert lasted == [1, 15, 60, 60]


def test_a_door_that_stayed_calm_starts_over(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES, utc_now() - timedelta(minutes=10))
    webhook.closings, webhook.closed_reason = 3, "wrong_signature"
    end_pause(webhook, timedelta(minutes=6))
    judge_doors()
    assert closed_minutes(webhook) is None
    assert (webhook.closings, webhook.closed_reason) == (0, "")


def test_a_closed_door_is_not_judged_again_before_its_time(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES)
    judge_doors()
    judge_doors()
    assert webhook.closings == 1


def alerts() -> list[tuple[str, bool]]:
    rows = db.session.execute(select(Alert.kind, Alert.closed_at.is_(None)).order_by(Alert.id))
    return [(kind, bool(is_open)) for kind, is_open in rows]


def test_people_are_told_once_of_a_flood_and_once_of_its_end(webhook: Webhook) -> None:
    refuse(webhook, FEWEST_FAILURES)
    judge_doors()
    assert alerts() == [("delivery_failures", True)]
    end_pause(webhook)
    judge_doors()
    assert alerts() == [("delivery_failures", True)]
    db.session.execute(update(Delivery).values(received_at=utc_now() - timedelta(hours=1)))
    end_pause(webhook, ago=timedelta(minutes=10))
    judge_doors()
    assert alerts() == [("delivery_failures", False)]
