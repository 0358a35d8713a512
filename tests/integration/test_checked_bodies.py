"""What would become of a body, said without storing anything of it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from jobs.apply import apply_offers
from jobs.deliveries.split import split_deliveries
from tests.deliveries import make_delivery, make_webhook, record
from tests.factories import make_offer, make_source
from tests.people import make_agency
from webapp.extensions import db
from webapp.hooks.checks import MOST_RECORDS, CheckedBody, check_answer, checked_body
from webapp.models import Offer, OfferJob, OfferProblem, Webhook
from webapp.offers.mapping_document import MappingDocument
from webapp.services.mappings import add_version
from webapp.services.webhook_settings import settings_of

Db = scoped_session[Session]
GONE = {"withdrawn_when": [{"path": "event", "equals": "deleted"}]}


def make_door(**settings: Any) -> Webhook:
    webhook = make_webhook(make_source(make_agency("Costa Serena Homes"), "Lirio CRM"), **settings)
    db.session.commit()
    return webhook


def check(webhook: Webhook, content: Any, content_type: str = "application/json") -> CheckedBody:
    settings = settings_of(webhook)
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return checked_body(webhook.source, settings, body, content_type)


def outcomes(found: CheckedBody) -> list[tuple[str, str]]:
    return [(one.external_id, one.outcome) for one in found.checked]


def deliver(webhook: Webhook, content: Any) -> None:
    delivery = make_delivery(webhook, content)
    db.session.commit()
    apply_offers(split_deliveries([delivery.id], 200), 60)


def test_each_record_is_told_what_would_become_of_it(session: Db) -> None:
    webhook = make_door(**GONE)
    deliver(webhook, [record("A1"), record("A2"), record("A3")])
    found = check(
        webhook,
        [
            record("A1"),
            record("A2", price=120_000),
            record("A3", event="deleted"),
            record("A4"),
            {"price": 5},
        ],
    )
    assert outcomes(found) == [
        ("A1", "unchanged"),
        ("A2", "updated"),
        ("A3", "withdrawn"),
        ("A4", "created"),
        ("", "refused"),
    ]
    assert found.checked[-1].problems[0].code == "missing_id"


def test_a_check_tells_what_the_delivery_then_does(session: Db) -> None:
    webhook = make_door(**GONE)
    deliver(webhook, [record("A1"), record("A2")])
    content = [record("A1", town="Río Calmo"), record("A2", event="deleted"), record("A3")]
    foretold = dict(outcomes(check(webhook, content)))
    deliver(webhook, content)
    done = db.session.execute(
        select(OfferJob.external_id, OfferJob.outcome).order_by(OfferJob.id.desc()).limit(3)
    )
    assert {external_id: outcome for external_id, outcome in done} == foretold


def test_a_check_stores_nothing(session: Db) -> None:
    webhook = make_door()
    check(webhook, [record("A1"), record("A2", price="much")])
    for model in (Offer, OfferJob, OfferProblem):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_problems_say_what_is_wrong_and_what_to_do(session: Db) -> None:
    found = check(make_door(), record("A1", price="much"))
    wrong = found.checked[0].problems[0]
    assert (wrong.code, wrong.severity, wrong.field) == ("bad_number", "warning", "deals.amount")
    assert wrong.raw == "much"
    assert "much" in wrong.message
    assert wrong.hint


def test_of_one_offer_the_newest_state_counts(session: Db) -> None:
    webhook = make_door(version_at="seen")
    found = check(webhook, [record("A1", seen=7), record("A1", seen=5)])
    assert outcomes(found) == [("A1", "created"), ("A1", "superseded")]


def test_a_state_that_is_older_than_the_offer_would_change_nothing(session: Db) -> None:
    webhook = make_door(version_at="seen")
    deliver(webhook, record("A1", seen=7))
    assert outcomes(check(webhook, record("A1", seen=5, price=1))) == [("A1", "superseded")]


def test_a_partial_record_is_laid_over_what_is_known(session: Db) -> None:
    webhook = make_door(partial=True)
    deliver(webhook, record("A1"))
    found = check(webhook, [{"id": "A1", "beds": 2}, {"id": "A2", "beds": 3}])
    assert outcomes(found) == [("A1", "unchanged"), ("A2", "created")]


def test_what_the_mapping_leaves_out_is_told(session: Db) -> None:
    webhook = make_door()
    document = webhook.source.mapping.document | {"skip_when": [{"path": "draft", "equals": True}]}
    add_version(webhook.source, MappingDocument.model_validate(document), None)
    assert outcomes(check(webhook, record("A1", draft=True))) == [("A1", "left_out")]


def test_of_ids_alone_it_is_told_which_offers_would_be_fetched_or_withdrawn(session: Db) -> None:
    webhook = make_door(
        shape="ids", ids_at="ids", detail_url="https://api.example/offers/{id}", **GONE
    )
    make_offer(webhook.source, "A1")
    assert outcomes(check(webhook, {"ids": ["A1", "A2"]})) == [
        ("A1", "fetched"),
        ("A2", "fetched"),
    ]
    assert outcomes(check(webhook, {"ids": ["A1", "A2"], "event": "deleted"})) == [
        ("A1", "withdrawn"),
        ("A2", "unchanged"),
    ]


def test_a_body_that_names_no_offers_is_unreadable(session: Db) -> None:
    webhook = make_door(shape="ids", ids_at="ids", detail_url="https://api.example/{id}")
    found = check(webhook, {"changed": ["A1"]})
    assert found.unreadable is not None
    assert found.unreadable.cause == "no_ids"


def test_a_ring_needs_no_records(session: Db) -> None:
    assert check(make_door(shape="ring"), b"").reads_feed


def test_only_the_first_records_are_checked(session: Db) -> None:
    found = check(make_door(), [record(f"A{number}") for number in range(MOST_RECORDS + 7)])
    assert found.records == MOST_RECORDS + 7
    assert len(found.checked) == MOST_RECORDS


def test_the_answer_holds_everything_about_a_record(session: Db) -> None:
    answer = check_answer(check(make_door(), [record("A1"), {"price": "much"}]))
    assert answer["readable"] is True
    assert (answer["records"], answer["checked"]) == (2, 2)
    first, second = answer["results"]
    assert first == {"position": 1, "external_id": "A1", "outcome": "created", "problems": []}
    assert second["outcome"] == "refused"
    assert set(second["problems"][0]) == {
        "code", "severity", "field", "raw", "message", "hint",
    }  # fmt: skip


def test_what_cannot_be_read_is_told_with_its_cause(session: Db) -> None:
    found = check(make_door(), b'{"id": ')
    assert found.unreadable is not None
    assert found.unreadable.cause == "not_json"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<offers><offer><id>A1</id><price>5</price></offer></offers>", "application/xml"),
        (b"id=A1&price=5", "application/x-www-form-urlencoded"),
        (b'{"id": "A1"}\n{"id": "A2"}\n', "application/x-ndjson"),
    ],
)
def test_every_kind_of_body_is_checked(session: Db, body: bytes, kind: str) -> None:
    found = check(make_door(), body, kind)
    assert found.checked[0].external_id == "A1"


def test_records_of_a_source_without_a_mapping_are_only_counted(session: Db) -> None:
    webhook = make_door()
    webhook.source.mapping_id = None
    db.session.commit()
    found = check(webhook, [record("A1"), record("A2")])
    assert [one.outcome for one in found.checked] == ["unmapped", "unmapped"]
