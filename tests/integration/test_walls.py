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
from tests.people import log_in, make_admin, make_agency, make_user
from tests.set_up import make_begun
from webapp.extensions import db
from webapp.models import (
    Agency,
    DraftStep,
    Offer,
    OfferJob,
    OwnPreset,
    Role,
    Run,
    RunRemoval,
    Source,
    Trial,
    Upload,
    User,
)

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


@pytest.fixture
def things(session: Db) -> dict[str, Any]:
    """One of everything, in an agency that nobody who walks belongs to, or only as a viewer."""
    agency = make_agency("Costa Serena Homes")
    begun = make_begun(agency, make_user("una@l.example", "Una Prado", agency=agency))
    return {"agency": agency, **make_busy_agency(agency), **begun}


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
    }
    blueprint = rule.endpoint.partition(".")[0]
    blueprint = rule.endpoint if rule.endpoint in owner else blueprint
    parts: dict[str, Any] = {"address": "location.city", "number": 1}
    values: dict[str, Any] = {name: parts[name] for name in rule.arguments if name in parts}
    for name in rule.arguments - parts.keys():
        if name == "job_id":
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
        if methods_of(rule) & UNSAFE and rule.endpoint not in OWN_MATTERS
    }
    before = state_of_everything()
    walked = 0
    for rule in routes(app):
        for method in methods_of(rule) & UNSAFE:
            if rule.endpoint in OWN_MATTERS:
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
        if "GET" in methods_of(rule) and rule.endpoint != "auth.accept_invitation":
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
    tables = (Source, Run, Offer, OfferJob, Agency, RunRemoval, Trial, DraftStep, Upload, OwnPreset)
    return {
        model.__tablename__: sorted(
            str(row) for row in db.session.execute(model.__table__.select())
        )
        for model in tables
    }
