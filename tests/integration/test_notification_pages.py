"""The pages of notifications: who is told what, where messages go, what became of them."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from jobs import tasks
from tests.factories import make_source
from tests.people import log_in, make_admin, make_agency, make_user
from webapp import queues
from webapp.alert_kinds import AlertKind
from webapp.channel_addresses import checked_address
from webapp.extensions import db
from webapp.models import (
    Agency,
    Alert,
    AuditEntry,
    Notification,
    NotificationChannel,
    NotificationRule,
    Role,
    utc_now,
)
from webapp.services.alerts import About, Words, close_alert, open_alert
from webapp.services.notifications import RuleSettings, add_channel, add_rule

Db = scoped_session[Session]
SLACK = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cCcCcCcCcCcCcCcCcCcCcCcC"
RULE = {
    "kinds": ["run_failed", "rejected_share"],
    "no_success_hours": "12",
    "rejected_percent": "25",
    "moved_percent": "40",
    "timezone": "Europe/Madrid",
}


def channel_of(agency: Agency | None, name: str = "Office") -> NotificationChannel:
    channel = add_channel(agency, name, checked_address("office@serena.example"))
    db.session.commit()
    return channel


def test_without_anything_the_page_says_what_to_do_first(agent: FlaskClient) -> None:
    page = agent.get("/notifications").text
    assert "Nothing is wrong" in page
    assert "/notifications/channels/new" in page
    assert (
        agent.get("/notifications/rules/new").headers["Location"] == "/notifications/channels/new"
    )


def test_a_channel_keeps_its_address_to_itself(agent: FlaskClient, agency: Agency) -> None:
    answer = agent.post("/notifications/channels/new", data={"name": "Team", "address": SLACK})
    assert answer.status_code == 303
    channel = db.session.scalars(select(NotificationChannel)).one()
    assert (channel.agency_id, channel.name, channel.kind) == (agency.id, "Team", "slack")
    assert "cCcC" not in channel.address
    for address in ("/notifications", answer.headers["Location"]):
        page = agent.get(address).text
        assert "Team" in page
        assert "cCcC" not in page
    noted = db.session.scalars(select(AuditEntry)).one()
    assert noted.action == "channel_added"
    assert noted.agency_id == agency.id
    assert "cCcC" not in str(noted.detail)


@pytest.mark.parametrize(
    "address", ["", "syslog://", "file:///etc/passwd", "https://", "not an address", "a@b"]
)
def test_what_no_message_can_be_sent_to_is_refused(agent: FlaskClient, address: str) -> None:
    answer = agent.post("/notifications/channels/new", data={"name": "Team", "address": address})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert not db.session.scalars(select(NotificationChannel)).all()


def test_a_channel_is_renamed_without_its_address_being_typed_again(
    agent: FlaskClient, agency: Agency
) -> None:
    channel = channel_of(agency)
    before = channel.address
    address = f"/notifications/channels/{channel.id}"
    assert agent.post(address, data={"name": "Front desk", "address": ""}).status_code == 303
    db.session.refresh(channel)
    assert (channel.name, channel.address) == ("Front desk", before)
    assert agent.post(address, data={"name": "Front desk", "address": SLACK}).status_code == 303
    db.session.refresh(channel)
    assert channel.kind == "slack"


def test_a_test_is_sent_by_a_worker_and_its_end_is_shown(
    agent: FlaskClient, agency: Agency
) -> None:
    channel = add_channel(agency, "Own", checked_address("http://127.0.0.1:9/told"))
    db.session.commit()
    page = f"/notifications/channels/{channel.id}"
    agent.post(f"{page}/test")
    agent.post(f"{page}/test")
    assert len(db.session.scalars(select(Notification)).all()) == 1
    assert queues.is_waiting(queues.DEFAULT, f"notify-{channel.id}")
    live = agent.get(f"{page}/test", headers={"HX-Request": "true"})
    assert live.status_code == 200
    assert "Being sent" in live.text
    id = channel.id
    db.session.commit()
    tasks.send_notifications(id)
    ended = agent.get(f"{page}/test", headers={"HX-Request": "true"})
    assert ended.status_code == 286
    assert "127.0.0.1 is inside the own network" in ended.text
    assert "It could not be sent" in agent.get(page).text


def test_a_rule_is_made_for_one_source_and_changed(agent: FlaskClient, agency: Agency) -> None:
    source, channel = make_source(agency), channel_of(agency)
    page = agent.get(f"/notifications/rules/new?source={source.id}").text
    assert f'<option selected value="{source.id}">' in page
    assert "worker_silent" not in page
    sent = {**RULE, "channels": [str(channel.id)], "source": str(source.id)}
    assert agent.post("/notifications/rules/new", data=sent).status_code == 303
    rule = db.session.scalars(select(NotificationRule)).one()
    assert (rule.agency_id, rule.source_id, rule.channels) == (agency.id, source.id, [channel])
    assert rule.kinds == ["run_failed", "rejected_share"]
    assert (rule.no_success_hours, rule.rejected_share, rule.moved_share) == (12, 0.25, 0.4)
    changed = {**sent, "quiet_from": "22:00", "quiet_until": "07:30", "digest_at": "08:00"}
    assert agent.post(f"/notifications/rules/{rule.id}", data=changed).status_code == 303
    db.session.refresh(rule)
    assert (rule.quiet_from, rule.quiet_until, rule.digest_at) == ("22:00", "07:30", "08:00")
    assert rule.critical_at_once is False
    assert "once a day at 08:00 (Europe/Madrid)" in agent.get("/notifications").text
    assert "Office" in agent.get(f"/sources/{source.id}/edit").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"channels": []}, "Choose at least one."),
        ({"kinds": []}, "Choose at least one."),
        ({"kinds": ["tick_silent"]}, "Tell when"),
        ({"quiet_from": "22:00"}, "Give both times, or none."),
        ({"rejected_percent": "0"}, "from 1 to 100"),
        ({"no_success_hours": "x"}, "hours"),
        ({"timezone": "Nowhere"}, "Time zone"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(
    agent: FlaskClient, agency: Agency, wrong: dict[str, object], words: str
) -> None:
    sent = {**RULE, "channels": [str(channel_of(agency).id)], "source": "", **wrong}
    answer = agent.post("/notifications/rules/new", data=sent)
    assert answer.status_code == 422
    assert words in answer.text.partition("error-summary")[2]
    assert not db.session.scalars(select(NotificationRule)).all()


def test_an_agency_can_neither_use_channels_of_another_nor_hear_of_its_sources(
    agent: FlaskClient, agency: Agency
) -> None:
    other = make_agency("Faro Estates")
    foreign, source = channel_of(other, "Faro mailbox"), make_source(other, "Faro Export")
    own = channel_of(agency)
    page = agent.get("/notifications/rules/new").text
    assert "Faro mailbox" not in page
    assert "Faro Export" not in page
    for sent in (
        {**RULE, "channels": [str(foreign.id)], "source": ""},
        {**RULE, "channels": [str(own.id)], "source": str(source.id)},
    ):
        assert agent.post("/notifications/rules/new", data=sent).status_code == 422
    assert not db.session.scalars(select(NotificationRule)).all()


def test_an_admin_keeps_agencies_apart_and_hears_of_the_machinery(
    client: FlaskClient, agency: Agency
) -> None:
    log_in(client, make_admin())
    other = make_agency("Faro Estates")
    own, theirs, foreign = channel_of(None, "Ops"), channel_of(agency), channel_of(other, "Faro")
    source = make_source(agency)
    db.session.commit()

    def answer(channels: list[NotificationChannel], **changes: object) -> int:
        sent = {**RULE, "channels": [str(one.id) for one in channels], "source": "", **changes}
        return client.post("/notifications/rules/new", data=sent).status_code

    assert answer([theirs, foreign]) == 422
    assert answer([foreign], source=str(source.id)) == 422
    assert answer([theirs], kinds=["tick_silent"]) == 422
    assert answer([own], kinds=["tick_silent"]) == 303
    assert answer([own], source=str(source.id)) == 303
    assert answer([theirs], source=str(source.id)) == 303
    assert {rule.agency_id for rule in db.session.scalars(select(NotificationRule))} == {
        None,
        agency.id,
    }


def test_what_is_wrong_and_what_was_sent_is_seen_by_its_agency_alone(
    agent: FlaskClient, client: FlaskClient, agency: Agency
) -> None:
    source, channel = make_source(agency), channel_of(agency)
    add_rule(agency, None, RuleSettings(["run_held"]), [channel])
    about = About(agency.id, source.id)
    open_alert(AlertKind.RUN_HELD, about, Words("A run waits", "<b>7</b> offers", "/runs/1"))
    db.session.commit()
    page = agent.get("/notifications").text
    assert "A run waits" in page
    assert "&lt;b&gt;7&lt;/b&gt; offers" in page
    assert "A run waits" in agent.get("/notifications/log").text
    log_in(client, make_user("eva@faro.example", "Eva Faro", agency=make_agency("Faro")))
    for address in ("/notifications", "/notifications/log"):
        assert "A run waits" not in client.get(address).text
        assert "Office" not in client.get(address).text


def test_a_deleted_rule_leaves_no_alert_open_that_was_its_own(
    agent: FlaskClient, agency: Agency
) -> None:
    source, channel = make_source(agency), channel_of(agency)
    rule = add_rule(agency, None, RuleSettings(["rejected_share"]), [channel])
    about = About(agency.id, source.id, f"rule-{rule.id}")
    words = Words("Much is refused", "30 %", "/runs/1")
    open_alert(AlertKind.REJECTED_SHARE, about, words, rule_id=rule.id)
    db.session.commit()
    assert "Nobody is told by it" in agent.get(f"/notifications/rules/{rule.id}/delete").text
    assert agent.post(f"/notifications/rules/{rule.id}/delete").status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(Alert)).one().closed_at is not None
    assert not db.session.scalars(select(NotificationRule)).all()


def test_a_deleted_channel_takes_its_messages_along_and_leaves_the_rule(
    agent: FlaskClient, agency: Agency
) -> None:
    channel, other = channel_of(agency), channel_of(agency, "Second")
    rule = add_rule(agency, None, RuleSettings(["run_held"]), [channel, other])
    open_alert(
        AlertKind.RUN_HELD,
        About(agency.id, make_source(agency).id),
        Words("A run waits", "7 offers", "/runs/1"),
        now=utc_now() - timedelta(minutes=1),
    )
    db.session.commit()
    assert "1 rule leads to it" in agent.get(f"/notifications/channels/{channel.id}/delete").text
    assert agent.post(f"/notifications/channels/{channel.id}/delete").status_code == 303
    db.session.expire_all()
    assert [one.channel_id for one in db.session.scalars(select(Notification))] == [other.id]
    assert db.session.get_one(NotificationRule, rule.id).channels == [other]


def test_a_viewer_reads_but_is_not_offered_changes(
    client: FlaskClient, agency: Agency, session: Db
) -> None:
    channel = channel_of(agency)
    add_rule(agency, None, RuleSettings(["run_held"]), [channel])
    close_alert(AlertKind.RUN_HELD, About(agency.id), "Over.")
    db.session.commit()
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    page = client.get("/notifications").text
    assert "Office" in page
    assert "/notifications/channels/" not in page
    assert "/notifications/rules/" not in page
