"""One message when a problem opens, one when it is over, to mailboxes and servers that are real."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from redis import Redis
from rq.worker import SimpleWorker
from sqlalchemy import select

from jobs.notify.send import PAUSES, ring_for_due_notifications, send_notifications
from tests.integration.deliveries.receipt_server import ReceiptServer
from tests.integration.notify.mail_server import MailServer, text_of
from tests.people import make_agency
from webapp import queues
from webapp.alert_kinds import AlertKind
from webapp.channel_addresses import ChannelAddress, checked_address
from webapp.config import Config
from webapp.extensions import db
from webapp.models import (
    Agency,
    Alert,
    Notification,
    NotificationChannel,
    NotificationState,
    Source,
    utc_now,
)
from webapp.services.alerts import About, Words, close_alert, open_alert
from webapp.services.notifications import RuleSettings, add_channel, add_rule, ask_for_test

WORDS = Words("Reading Lirio CRM failed", "The server does not answer.", "/runs/7")


def rule_for(channel: NotificationChannel, *kinds: AlertKind, **settings: Any) -> None:
    add_rule(channel.agency, None, RuleSettings(list(kinds), **settings), [channel])
    db.session.commit()


def opened(source: Source, kind: AlertKind = AlertKind.RUN_FAILED, **more: Any) -> bool:
    is_new = open_alert(kind, About(source.agency_id, source.id), WORDS, **more)
    db.session.commit()
    return is_new


def closed(source: Source, kind: AlertKind = AlertKind.RUN_FAILED, **more: Any) -> int:
    count = close_alert(kind, About(source.agency_id, source.id), "It was read again.", **more)
    db.session.commit()
    return count


def send(channel: NotificationChannel) -> None:
    send_notifications(channel.id)


def states() -> list[str]:
    return list(db.session.scalars(select(Notification.state).order_by(Notification.id)))


def test_a_problem_and_its_end_are_told_once_each(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    assert opened(source)
    assert queues.is_waiting(queues.DEFAULT, f"notify-{mailbox.id}")
    send(mailbox)
    assert not opened(source)
    send(mailbox)
    assert mail.subjects == ["Offerdock: Reading Lirio CRM failed"]
    assert mail.recipients == [["office@serena.example"]]
    assert "The server does not answer." in text_of(mail.mails[0])
    assert "/runs/7" in text_of(mail.mails[0])
    assert closed(source) == 1
    assert closed(source) == 0
    send(mailbox)
    send(mailbox)
    assert mail.subjects[1:] == ["Offerdock: Over: Reading Lirio CRM failed"]
    assert "It was read again." in text_of(mail.mails[1])
    assert states() == ["sent", "sent"]


def test_what_nobody_asked_for_is_told_to_nobody(
    source: Source, mailbox: NotificationChannel
) -> None:
    rule_for(mailbox, AlertKind.RUN_HELD)
    assert opened(source)
    assert states() == []


def test_another_agency_hears_nothing(source: Source, mail: MailServer) -> None:
    elsewhere = add_channel(make_agency("Faro"), "Faro", checked_address("eva@faro.example"))
    rule_for(elsewhere, AlertKind.RUN_FAILED)
    opened(source)
    assert states() == []


def test_those_who_run_offerdock_hear_of_every_agency(source: Source, mail: MailServer) -> None:
    channel = add_channel(None, "Machine room", checked_address("ops@dock.example"))
    rule_for(channel, AlertKind.RUN_FAILED)
    opened(source)
    send(channel)
    assert mail.recipients == [["ops@dock.example"]]


def test_a_channel_of_two_rules_is_told_once(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    add_rule(source.agency, source, RuleSettings([AlertKind.RUN_FAILED]), [mailbox])
    opened(source)
    send(mailbox)
    assert len(mail.mails) == 1


def test_many_problems_at_once_are_one_message(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.ISSUE_NEW)
    for number in range(40):
        about = About(source.agency_id, source.id, f"issue-{number}")
        open_alert(AlertKind.ISSUE_NEW, about, Words(f"Issue {number}", "…", f"/issues/{number}"))
    db.session.commit()
    send(mailbox)
    assert mail.subjects == ["Offerdock: 40 problems"]
    assert "Issue 39" in text_of(mail.mails[0])


def test_a_server_of_the_agency_gets_json(
    agency: Agency, source: Source, endpoint: ReceiptServer, configure: Any
) -> None:
    configure(allowed_private_hosts=frozenset({endpoint.host}))
    channel = add_channel(agency, "Our server", checked_address(endpoint.url))
    rule_for(channel, AlertKind.RUN_FAILED)
    opened(source)
    send(channel)
    [(_, body)] = endpoint.received
    told = json.loads(body)
    assert told["title"] == "Offerdock: Reading Lirio CRM failed"
    assert "/runs/7" in told["message"]
    assert "k-secret" not in channel.masked


def test_an_address_inside_the_own_network_is_refused(
    agency: Agency, source: Source, endpoint: ReceiptServer
) -> None:
    channel = add_channel(agency, "Our server", checked_address(endpoint.url))
    ask_for_test(channel)
    db.session.commit()
    send(channel)
    assert endpoint.received == []
    [test] = db.session.scalars(select(Notification))
    assert test.state == NotificationState.FAILED
    assert "inside the own network" in test.error


def test_a_mail_that_is_refused_is_tried_again_later(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    mail.refusal = "451 Too busy"
    opened(source)
    send(mailbox)
    [told] = db.session.scalars(select(Notification))
    assert told.state == NotificationState.DUE
    assert told.error
    assert told.due_at > utc_now() + timedelta(seconds=PAUSES[0] * 0.7)
    mail.refusal = ""
    told.due_at = utc_now()
    db.session.commit()
    ring_for_due_notifications()
    assert queues.is_waiting(queues.DEFAULT, f"notify-{mailbox.id}")
    send(mailbox)
    assert len(mail.mails) == 1


def test_it_gives_up_after_some_hours(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    mail.refusal = "550 No such person"
    opened(source)
    for _ in range(len(PAUSES) + 1):
        db.session.query(Notification).update({"due_at": utc_now() - timedelta(seconds=1)})
        db.session.commit()
        send(mailbox)
    assert states() == ["failed"]
    closed(source)
    assert states() == ["failed"]


def test_a_message_whose_worker_died_is_sent_by_the_next(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    opened(source)
    db.session.query(Notification).update(
        {"state": "sending", "lease_until": utc_now() - timedelta(seconds=1)}
    )
    db.session.commit()
    send(mailbox)
    assert len(mail.mails) == 1


NIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_quiet_hours_delay_until_morning(source: Source, mailbox: NotificationChannel) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED, quiet_from="22:00", quiet_until="07:00")
    opened(source, now=NIGHT)
    [told] = db.session.scalars(select(Notification))
    assert told.due_at == MORNING


def test_what_is_over_before_morning_is_told_to_nobody(
    source: Source, mailbox: NotificationChannel
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED, quiet_from="22:00", quiet_until="07:00")
    opened(source, now=NIGHT)
    closed(source, now=NIGHT + timedelta(hours=1))
    assert states() == ["dropped"]


def test_what_cannot_wait_breaks_the_quiet_hours_where_it_may(
    source: Source, mailbox: NotificationChannel
) -> None:
    kind = AlertKind.SOURCE_BROKEN
    rule_for(mailbox, kind, quiet_from="22:00", quiet_until="07:00")
    opened(source, kind, now=NIGHT)
    [told] = db.session.scalars(select(Notification))
    assert told.due_at == NIGHT


def test_a_digest_holds_the_problems_of_the_day_and_their_ends(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(
        mailbox, AlertKind.RUN_FAILED, AlertKind.RUN_HELD, digest_at="08:00",
        timezone="Europe/Madrid",
    )  # fmt: skip
    opened(source, now=NIGHT)
    opened(source, AlertKind.RUN_HELD, now=NIGHT)
    closed(source, now=NIGHT + timedelta(hours=1))
    moments = set(db.session.scalars(select(Notification.due_at)))
    assert moments == {MORNING}
    send(mailbox)
    assert mail.subjects == ["Offerdock: 2 problems, 1 over"]


def test_a_test_goes_out_at_once_and_tells_what_became_of_it(
    mailbox: NotificationChannel, mail: MailServer
) -> None:
    test = ask_for_test(mailbox)
    db.session.commit()
    send(mailbox)
    assert mail.subjects == ["Offerdock: a test"]
    db.session.refresh(test)
    assert test.state == NotificationState.SENT


def test_the_worker_sends_what_it_was_rung_for(
    source: Source, mailbox: NotificationChannel, mail: MailServer
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    opened(source)
    config: Config = current_app.config["OFFERDOCK"]
    SimpleWorker([queues.DEFAULT], connection=Redis.from_url(config.redis_url)).work(burst=True)
    assert mail.subjects == ["Offerdock: Reading Lirio CRM failed"]


def test_without_a_mail_server_the_log_says_what_is_missing(
    mailbox: NotificationChannel, configure: Any
) -> None:
    configure(mail_url="")
    test = ask_for_test(mailbox)
    db.session.commit()
    send(mailbox)
    db.session.refresh(test)
    assert "MAIL_URL" in test.error


def test_a_problem_that_returns_is_another_alert(
    source: Source, mailbox: NotificationChannel
) -> None:
    rule_for(mailbox, AlertKind.RUN_FAILED)
    opened(source)
    closed(source)
    assert opened(source)
    assert len(db.session.scalars(select(Alert)).all()) == 2


def test_a_mail_server_inside_the_own_network_is_refused_unless_it_is_our_own(
    agency: Agency, mail: MailServer
) -> None:
    typed = f"mailto://{mail.host}/?from=a@serena.example&to=office@serena.example"
    channel = add_channel(agency, "Their own", checked_address(typed))
    test = ask_for_test(channel)
    db.session.commit()
    # Only what is sent through the server that MAIL_URL names may reach it.
    send(channel)
    db.session.refresh(test)
    assert (test.state, mail.mails) == (NotificationState.FAILED, [])
    assert "inside the own network" in test.error


def test_a_server_that_answers_with_an_error_is_named_in_the_log_without_its_secrets(
    agency: Agency, endpoint: ReceiptServer, configure: Any
) -> None:
    configure(allowed_private_hosts=frozenset({endpoint.host}))
    channel = add_channel(agency, "Our server", checked_address(endpoint.url))
    endpoint.status = 500
    test = ask_for_test(channel)
    db.session.commit()
    send(channel)
    db.session.refresh(test)
    assert "500" in test.error
    assert "k-secret" not in test.error


def test_a_redirect_is_not_followed(
    agency: Agency, endpoint: ReceiptServer, configure: Any
) -> None:
    configure(allowed_private_hosts=frozenset({endpoint.host}))
    endpoint.status, endpoint.headers = 307, {"Location": f"http://{endpoint.host}/elsewhere"}
    channel = add_channel(agency, "Our server", checked_address(endpoint.url))
    ask_for_test(channel)
    db.session.commit()
    send(channel)
    assert len(endpoint.received) == 1


def test_an_address_that_names_a_file_is_never_opened_wherever_it_came_from(
    agency: Agency, endpoint: ReceiptServer
) -> None:
    url = f"json://{endpoint.host}/#?template=/etc/passwd"
    channel = add_channel(agency, "Old", ChannelAddress("webhook", url, "json://***"))
    ask_for_test(channel)
    db.session.commit()
    send(channel)
    [told] = db.session.query(Notification)
    assert (told.state, endpoint.received) == (NotificationState.FAILED, [])
    assert "names a file" in told.error
