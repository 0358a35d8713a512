"""A source that has nothing but a webhook is set up from what its vendor sent meanwhile: looked at,
tried, activated; what waited is applied then."""

from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobs import tasks
from tests.integration.deliveries.delivery_steps import kept_objects, prices, work_offers
from tests.integration.deliveries.offer_server import running_offer_server
from tests.people import make_user
from webapp.extensions import db
from webapp.models import Delivery, Run, Source, Trial, User
from webapp.offers.mapping_document import MappingDocument
from webapp.services.drafts import begin_draft, draft_of
from webapp.services.feed_addresses import FeedAddress
from webapp.services.source_setup import (
    activate,
    begin_setup,
    look_at,
    try_draft,
    use_found,
)
from webapp.services.webhook_secrets import add_secret
from webapp.services.webhooks import open_webhook
from webapp.webhooks import WebhookSettings

XML = """<?xml version="1.0" encoding="utf-8"?><root><kyero><feed_version>3</feed_version></kyero>
<property><id>{id}</id><date>2026-11-02 09:12:00</date><ref>HB-{id}</ref><price>{price}</price>
<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type><town>Puerto Lirio</town>
<province>Faro Alto</province><country>Spain</country><beds>3</beds><baths>2</baths><pool>1</pool>
<surface_area><built>120</built><plot>600</plot></surface_area>
<desc><en>A bright villa.</en></desc>
<images><image id="1"><url>https://img.example/1.jpg</url></image></images></property></root>"""


@pytest.fixture
def agent() -> User:
    return make_user("una@l.example", "Una Prado")


@pytest.fixture
def source(agent: User) -> Source:
    assert agent.agency is not None
    return begin_setup(agent.agency, "Lirio CRM", FeedAddress(), agent)


class Vendor:
    """Sends to the door with an API key."""

    def __init__(self, client: FlaskClient, source: Source, agent: User, **settings: Any) -> None:
        chosen = {"scheme": "api-key"} | settings
        self.source, self.agent = source, agent
        self.webhook = open_webhook(source, WebhookSettings.model_validate(chosen), agent)
        self.secret = add_secret(self.webhook, agent)
        self._client = client
        db.session.commit()

    def send(self, body: Any, content_type: str = "application/json") -> None:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        answer = self._client.post(
            f"/hooks/{self.webhook.public_id}",
            data=content,
            headers={"X-Api-Key": self.secret, "Content-Type": content_type},
        )
        assert answer.status_code == 202, answer.text

    def look(self, document: MappingDocument | None = None) -> Trial:
        return worked(look_at(self.source, self.agent, document=document))

    def dry_run(self) -> Trial:
        return worked(try_draft(self.source, self.agent))

    def activate(self) -> Run | None:
        draft = draft_of(self.source)
        assert draft is not None
        run = activate(self.source, draft.step, self.agent)
        db.session.commit()
        return run


def worked(trial: Trial) -> Trial:
    db.session.commit()
    number = trial.id
    with kept_objects():
        tasks.work_trial(number)
    return trial


def house(id: str, price: int, **changes: Any) -> dict[str, Any]:
    return {
        "property_id": id, "price": price, "currency": "EUR", "city": "Puerto Lirio",
        "bedrooms": 3, "title": f"Bright villa {id}", "property_type": "villa",
    } | changes  # fmt: skip


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_json_deliveries_are_looked_at_tried_and_applied_when_the_source_is_activated(
    client: FlaskClient, source: Source, agent: User
) -> None:
    vendor = Vendor(client, source, agent)
    vendor.send(house("A1", 100_000))
    vendor.send([house("A2", 200_000), house("A3", 300_000)])
    vendor.send({"event": "changed", "data": [house("A4", 400_000)]})
    assert states() == ["waiting"] * 3
    look = vendor.look()
    assert (look.state, look.error_message) == ("done", None)
    assert look.result is not None
    assert look.result["detected"]["records"] == 4
    assert look.result["detected"]["id_path"] == "property_id"
    use_found(source, look, agent, "As it was recognised")
    trial = vendor.dry_run()
    assert trial.result is not None, trial.error_message
    assert trial.result["summary"]["created"] == 4
    assert vendor.activate() is None
    work_offers()
    assert prices(vendor.webhook) == {"A1": 100_000, "A2": 200_000, "A3": 300_000, "A4": 400_000}
    assert states() == ["done"] * 3


FILE_OF_A_FORM = (
    b"--cut\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n%b\r\n--cut--\r\n"
)


@pytest.mark.parametrize(
    ("packed", "content_type"),
    [(b"%b", "application/xml"), (FILE_OF_A_FORM, "multipart/form-data; boundary=cut")],
)
def test_an_xml_body_is_recognised_as_the_format_that_it_is(
    client: FlaskClient, source: Source, agent: User, packed: bytes, content_type: str
) -> None:
    vendor = Vendor(client, source, agent)
    vendor.send(packed % XML.format(id=1, price=185000).encode(), content_type)
    vendor.send(packed % XML.format(id=2, price=95000).encode(), content_type)
    look = vendor.look()
    assert look.result is not None, look.error_message
    assert look.result["detected"]["preset"] == "kyero_v3"
    assert look.result["detected"]["records"] == 2
    use_found(source, look, agent, "Kyero")
    trial = vendor.dry_run()
    assert trial.result is not None
    assert trial.result["summary"]["created"] == 2
    vendor.activate()
    work_offers()
    assert prices(vendor.webhook) == {"1": 185000, "2": 95000}


def test_the_dry_run_counts_deletes_and_later_states_as_the_activation_has_them(
    client: FlaskClient, source: Source, agent: User
) -> None:
    vendor = Vendor(
        client, source, agent, records_at="data",
        header_values={"#event": "event"}, withdrawn_when=[{"path": "#event", "equals": "gone"}],
    )  # fmt: skip
    vendor.send({"event": "new", "data": house("A1", 100_000)})
    vendor.send({"event": "new", "data": house("A2", 200_000)})
    vendor.send({"event": "changed", "data": house("A1", 110_000)})
    vendor.send({"event": "gone", "data": {"property_id": "A2"}})
    look = vendor.look()
    assert look.result is not None, look.error_message
    assert look.result["detected"]["records"] == 3
    use_found(source, look, agent, "As it was recognised")
    begun = draft_of(source)
    assert begun is not None
    begin_draft(source, begun.document.model_copy(update={"id": ("property_id",)}), agent, "Id")
    trial = vendor.dry_run()
    assert trial.result is not None, trial.error_message
    summary = trial.result["summary"]
    assert (summary["created"], summary["superseded"]) == (1, 2)
    assert summary["rejected"] == summary["failed"] == 0
    vendor.activate()
    work_offers()
    assert prices(vendor.webhook) == {"A1": 110_000}


def test_a_look_says_why_there_is_nothing_to_look_at(
    client: FlaskClient, source: Source, agent: User
) -> None:
    vendor = Vendor(client, source, agent, records_at="offers")
    assert vendor.look().error_message == "Nothing has come yet."
    vendor.send({"data": []})
    failed = vendor.look()
    assert failed.error_code == "unreadable_deliveries"
    assert "“offers”" in str(failed.error_message)
    assert "settings" in str(failed.error_hint)


def test_of_deliveries_that_only_name_offers_the_offers_are_looked_at(
    client: FlaskClient, source: Source, agent: User, configure: Any
) -> None:
    with running_offer_server() as server:
        configure(allowed_private_hosts=frozenset({urlsplit(server.url).netloc}))
        server.answers = {
            "/offers/A1": house("A1", 100_000), "/offers/A2": house("A2", 200_000),
        }  # fmt: skip
        vendor = Vendor(
            client, source, agent, shape="ids", ids_at="ids", detail_url=server.detail_url
        )
        vendor.send({"ids": ["A1", "A2", "gone"]})
        vendor.send({"ids": ["A2"]})
        look = vendor.look()
        assert look.result is not None, look.error_message
        assert look.result["detected"]["records"] == 2
        use_found(source, look, agent, "As it was recognised")
        trial = vendor.dry_run()
        assert trial.result is not None, trial.error_message
        assert trial.result["summary"]["created"] == 2
        assert sorted(set(server.asked)) == ["/offers/A1", "/offers/A2", "/offers/gone"]


def test_deliveries_that_only_ring_need_a_feed(
    client: FlaskClient, source: Source, agent: User
) -> None:
    vendor = Vendor(client, source, agent, shape="ring")
    vendor.send({"changed": True})
    failed = vendor.look()
    assert (failed.state, failed.error_code) == ("failed", "no_feed")
    assert "An address or a file" in str(failed.error_hint)


def test_a_hostile_first_delivery_does_not_hide_the_good_ones(
    client: FlaskClient, source: Source, agent: User
) -> None:
    vendor = Vendor(client, source, agent)
    vendor.send(b"<a><b></a>", "application/xml")
    vendor.send(b"\xff\xfe\x00", "application/json")
    vendor.send(b"[" * 5_000, "application/json")
    vendor.send([house("A1", 100_000), house("A2", 200_000)])
    look = vendor.look()
    assert look.result is not None, look.error_message
    assert look.result["detected"]["records"] == 2
