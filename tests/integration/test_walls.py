"""Every route of the application, walked by people who must not get through.

The routes come from the application itself: a new one is walked from its first day, and the test
fails until it is known here what its parameters stand for.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from tests.busy_agency import make_busy_agency
from tests.deliveries import (
    make_delivery,
    make_delivery_job,
    make_replay,
    make_webhook,
    record,
)
from tests.factories import make_source
from tests.people import log_in, make_admin, make_agency, make_user
from tests.set_up import make_begun
from webapp.channel_addresses import checked_address
from webapp.extensions import db
from webapp.models import (
    Agency,
    DraftStep,
    NotificationChannel,
    NotificationRule,
    Offer,
    OfferJob,
    OwnPreset,
    Retry,
    Role,
    Run,
    RunRemoval,
    Source,
    Trial,
    Upload,
    User,
    Webhook,
)
from webapp.services.notifications import RuleSettings, add_channel, add_rule
from webapp.services.webhook_addresses import guide_token

Db = scoped_session[Session]
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# What everyone who is logged in may send: it changes nothing but the sender's own session.
OWN_MATTERS = {
    "auth.log_in",
    "auth.log_out",
    "auth.change_password",
    "auth.accept_invitation",
    "preferences.theme",
}
# Open to whoever signs as the vendor, or has the signed link, logged in or not.
VENDORS = {"door.deliver", "door.validate", "guide.send_test"}
# Without what a signature or a link proves these are refused, whoever is logged in.
NO_PAGES = {"auth.accept_invitation", "door.deliver", "door.validate"}


@pytest.fixture
def things(session: Db) -> dict[str, Any]:
    """One of everything, in an agency that nobody who walks belongs to, or only as a viewer."""
    agency = make_agency("Costa Serena Homes")
    begun = make_begun(agency, make_user("una@l.example", "Una Prado", agency=agency))
    door = make_webhook(make_source(agency, "Lirio Webhook"))
    delivery = make_delivery(door, record("LR1"))
    delivered = make_delivery_job(delivery, "LR1")
    replay = make_replay(door, wanted=1)
    retry = Retry(agency_id=agency.id, wanted=1)
    session.add(retry)
    channel = add_channel(agency, "Office", checked_address("office@serena.example"))
    rule = add_rule(agency, None, RuleSettings(["run_failed"]), [channel])
    return {
        "agency": agency, "door": door, "delivery": delivery, "delivered": delivered,
        "replay": replay, "retry": retry, "listening": door.source, "channel": channel,
        "rule": rule, **make_busy_agency(agency), **begun,
    }  # fmt: skip


@pytest.fixture
def stranger(session: Db) -> User:
    return make_user("eva@faro.example", "Eva Faro", agency=make_agency("Faro Estates"))


def routes(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule


def address_of(app: Flask, rule: Rule, things: dict[str, Any]) -> str:
    """The rule's address with the ids of the agency's things filled in."""
    owner = {
        "sources": "calm",
        "setup": "begun",
        "trials": "trial",
        "activity": "calm",
        "compare": "calm",
        "configurations": "calm",
        "presets": "preset",
        "presets.share": "calm",
        "values": "calm",
        "ignored": "calm",
        "mapping": "calm",
        "mapping_versions": "calm",
        "uploads": "calm",
        "runs": "last",
        "offers": "offer",
        "issues": "issue",
        "notifications": "channel",
        "notifications.rule": "rule",
        "notifications.delete_rule": "rule",
        "deliveries": "delivery",
        "deliveries.index": "listening",
        "replays": "replay",
        "replays.ask": "listening",
        "replays.start": "listening",
        "replays.start_one": "delivery",
        "retries": "retry",
        "webhook": "listening",
    }
    blueprint = rule.endpoint.partition(".")[0]
    blueprint = rule.endpoint if rule.endpoint in owner else blueprint
    door: Webhook = things["door"]
    parts: dict[str, Any] = {
        "queue": "offers-bulk",
        "address": "location.city", "number": 1, "public_id": door.public_id,
        "token": guide_token(door), "delivery_id": things["delivery"].id,
    }  # fmt: skip
    values: dict[str, Any] = {name: parts[name] for name in rule.arguments if name in parts}
    for name in rule.arguments - parts.keys():
        if name == "job_id" and blueprint == "deliveries":
            values[name] = things["delivered"].id
        elif name == "job_id":
            values[name] = things["refused"].id
        elif name == "id" and blueprint in owner:
            values[name] = things[owner[blueprint]].id
        elif name == "id" and blueprint == "users":
            values[name] = make_admin(f"{rule.endpoint}@dock.example").id
        else:
            pytest.fail(f"Say in this test what {name!r} of {rule.rule} stands for.")
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def methods_of(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def test_a_user_of_another_agency_finds_none_of_its_things(
    app: Flask, client: FlaskClient, things: dict[str, Any], stranger: User
) -> None:
    before = state_of_everything()
    walked = 0
    for rule in routes(app):
        if "id" not in rule.arguments or rule.endpoint.startswith("users."):
            continue
        for method in methods_of(rule):
            log_in(client, stranger)
            answer = client.open(address_of(app, rule, things), method=method)
            assert answer.status_code == 404, f"{method} {rule.rule}"
            walked += 1
    assert walked >= 20
    assert state_of_everything() == before


def test_a_viewer_is_refused_every_unsafe_request(
    app: Flask, client: FlaskClient, things: dict[str, Any]
) -> None:
    viewer = make_user("tom@l.example", "Tom Okafor", Role.VIEWER, things["agency"])
    addresses = {
        rule.endpoint: address_of(app, rule, things)
        for rule in routes(app)
        if methods_of(rule) & UNSAFE and rule.endpoint not in OWN_MATTERS | VENDORS
    }
    before = state_of_everything()
    walked = 0
    for rule in routes(app):
        for method in methods_of(rule) & UNSAFE:
            if rule.endpoint in OWN_MATTERS | VENDORS:
                continue
            log_in(client, viewer)
            answer = client.open(addresses[rule.endpoint], method=method)
            assert answer.status_code == 403, f"{method} {rule.rule}"
            walked += 1
    assert walked >= 15
    assert state_of_everything() == before


def test_a_viewer_reads_everything_of_the_agency_without_an_error(
    app: Flask, client: FlaskClient, things: dict[str, Any]
) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, things["agency"]))
    for rule in routes(app):
        if "GET" in methods_of(rule):
            answer = client.get(address_of(app, rule, things))
            assert answer.status_code < 500, rule.rule


def test_an_admin_reads_every_page(app: Flask, client: FlaskClient, things: dict[str, Any]) -> None:
    log_in(client, make_admin())
    for rule in routes(app):
        if "GET" in methods_of(rule) and rule.endpoint not in NO_PAGES:
            answer = client.get(address_of(app, rule, things))
            assert answer.status_code in (200, 303, 302), rule.rule


def test_lists_of_another_agency_stay_empty_whatever_the_filters_say(
    client: FlaskClient, things: dict[str, Any], stranger: User
) -> None:
    log_in(client, stranger)
    agency: Agency = things["agency"]
    source = things["calm"].id
    for address in (
        f"/sources?agency={agency.id}",
        f"/runs?source={source}",
        f"/runs?agency={agency.id}",
        f"/offers?source={source}",
        f"/offers?agency={agency.id}",
        "/offers?search=bright",
    ):
        text = client.get(address).text
        for words in ("Lirio CRM", "Bright", "Faro Export"):
            assert words not in text, address


def state_of_everything() -> dict[str, list[str]]:
    """Every row of the tables that pages change."""
    db.session.expire_all()
    tables = (
        Source, Run, Offer, OfferJob, Agency, RunRemoval, Trial, DraftStep, Upload, OwnPreset,
        NotificationChannel, NotificationRule,
        Retry,
    )  # fmt: skip
    return {
        model.__tablename__: sorted(
            str(row) for row in db.session.execute(model.__table__.select())
        )
        for model in tables
    }
