"""The audit log: what everybody did, within one's walls, filtered and paged by id."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from tests.factories import make_source
from tests.people import log_in, make_admin, make_agency, make_user
from webapp.channel_addresses import checked_address
from webapp.extensions import db
from webapp.models import Agency, AuditEntry, Role, Source, User
from webapp.services.audit import note
from webapp.services.notifications import RuleSettings, add_channel, add_rule, delete_rule
from webapp.services.queue_pauses import pause_queue
from webapp.services.sources import delete_source

Db = scoped_session[Session]


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def source(agency: Agency) -> Source:
    source = make_source(agency, name="Lirio CRM")
    db.session.commit()
    return source


@pytest.fixture
def admin() -> User:
    return make_admin()


def test_one_sees_what_was_done_in_the_own_agency_only(
    client: FlaskClient, source: Source, user: User, admin: User
) -> None:
    faro = make_agency("Faro Estates")
    note("source_paused", source, user)
    note("source_resumed", make_source(faro, name="Faro Export"), admin)
    pause_queue("offers-bulk", admin)
    db.session.commit()
    own = "Paused it"
    other = ("Faro Export", "Resumed it", "Paused “", "Queues and jobs", admin.name)
    viewer = make_user("tom@l.example", "Tom Okafor", Role.VIEWER, source.agency)
    for person in (user, viewer):
        log_in(client, person)
        for address in ("/audit", f"/audit?agency={faro.id}", "/audit?kind=operations"):
            page = client.get(address).text
            assert not [words for words in other if words in page], address
        assert own in client.get("/audit").text
    log_in(client, admin)
    page = client.get("/audit").text
    assert not [words for words in (own, "Lirio CRM", *other) if words not in page]
    operations = client.get("/audit?kind=operations").text
    assert "Paused “Offers of runs”" in operations
    assert own not in operations
    assert "Lirio CRM" not in client.get(f"/audit?agency={faro.id}").text


def test_nobody_reads_it_without_a_login(client: FlaskClient) -> None:
    assert client.get("/audit").status_code == 303


def test_a_deleted_source_is_found_by_its_last_name(
    client: FlaskClient, source: Source, user: User
) -> None:
    note("run_started", source, user, run=7, trigger="manual")
    note("source_paused", make_source(source.agency, name="Faro Export"), user)
    source.name = "Quinta feed"
    delete_source(source, user)
    db.session.commit()
    assert set(db.session.scalars(select(AuditEntry.source_name))) == {"Quinta feed", "Faro Export"}
    log_in(client, user)
    page = client.get("/audit?source=quinta").text
    for words in ("Quinta feed", "(deleted)", "Deleted it", "Started a run (By hand)"):
        assert words in page
    assert "Faro Export" not in page
    assert "/runs/7" not in page


def test_a_renamed_source_is_found_by_both_names(
    client: FlaskClient, source: Source, user: User
) -> None:
    note("source_paused", source, user)
    source.name = "100 % villas"
    db.session.commit()
    log_in(client, user)
    for name in ("lirio", "100 %"):
        assert "Paused it" in client.get("/audit", query_string={"source": name}).text
    assert "Nothing matches" in client.get("/audit", query_string={"source": "1%s"}).text


def test_it_is_filtered_by_person_kind_and_day(
    client: FlaskClient, source: Source, user: User, admin: User
) -> None:
    note("source_paused", source, user)
    db.session.execute(update(AuditEntry).values(at=datetime(2026, 3, 4, 23, 59, tzinfo=UTC)))
    note("value_decided", source, admin, table="types", taken_back="Nada", before="plot")
    db.session.commit()
    log_in(client, user)
    for query in (
        f"person={user.id}",
        "kind=settings",
        "to=2026-03-04",
        "from=2026-03-04&to=2026-03-04",
    ):
        page = client.get(f"/audit?{query}").text
        assert "Paused it" in page, query
        assert "Decided what" not in page, query
    page = client.get("/audit?from=2026-03-05").text
    assert "<del>plot</del>" in page
    assert "Paused it" not in page
    odd = "/audit?from=x&to=9999-12-31&person=x&kind=x&before=x&after=-1&source=%00"
    assert "Paused it" in client.get(odd).text


def test_channels_and_rules_say_what_they_were(
    client: FlaskClient, source: Source, user: User
) -> None:
    channel = add_channel(source.agency, "Office", checked_address("office@serena.example"), user)
    rule = add_rule(source.agency, source, RuleSettings(["run_failed"]), [channel], user)
    delete_rule(rule, user)
    db.session.commit()
    log_in(client, user)
    page = client.get("/audit?kind=notifications").text
    for words in (
        "Office (office@serena.example)",
        "<del>A feed can’t be read</del>",
        "<del>Office</del>",
        "Lirio CRM",
    ):
        assert words in page


def test_it_goes_on_by_id_in_both_directions(
    client: FlaskClient, source: Source, user: User
) -> None:
    for number in range(120):
        note("source_changed", source, user, before={"name": ""}, after={"name": f"Name {number}"})
    db.session.commit()
    ids = list(db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())))
    log_in(client, user)
    first = client.get("/audit").text
    assert "Name 119<" in first and "Name 70<" in first and "Name 69<" not in first
    assert f"before={ids[49]}" in first and 'rel="prev"' not in first
    second = client.get(f"/audit?before={ids[49]}").text
    assert "Name 69<" in second and "Name 20<" in second and "Name 19<" not in second
    last = client.get(f"/audit?before={ids[99]}").text
    assert "Name 0<" in last and 'rel="next"' not in last and f"after={ids[100]}" in last
    back = client.get(f"/audit?after={ids[100]}").text
    assert "Name 69<" in back and "Name 20<" in back and "Name 70<" not in back
    assert f"after={ids[50]}" in back and f"before={ids[99]}" in back
