"""Notifications in a browser: a channel added and tried, a rule made, the log; nothing for axe."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, scoped_session

from jobs import tasks
from tests.browser.conftest import log_in_page
from tests.factories import make_source
from tests.people import make_agency, make_user
from webapp.alert_kinds import AlertKind
from webapp.channel_addresses import checked_address
from webapp.models import (
    Notification,
    NotificationChannel,
    NotificationState,
    Source,
    User,
    utc_now,
)
from webapp.services.alerts import About, Words, close_alert, open_alert
from webapp.services.notifications import RuleSettings, add_channel, add_rule

Db = scoped_session[Session]


@pytest.fixture
def agent(session: Db) -> User:
    agency = make_agency("Costa Serena Homes")
    make_source(agency, "Lirio CRM")
    session.commit()
    return make_user("una@l.example", "Una Prado", agency=agency)


def tell_something(session: Db) -> Source:
    """Two channels, two rules; a problem that goes on, one that is over, one that was not sent."""
    source = session.query(Source).one()
    agency = source.agency
    office = add_channel(agency, "Office mailbox", checked_address("office@serena.example"))
    chat = add_channel(
        agency,
        "Listings chat",
        checked_address("https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/" + "c" * 24),
    )
    kinds = [AlertKind.RUN_FAILED, AlertKind.RUN_HELD, AlertKind.SOURCE_BROKEN]
    add_rule(agency, None, RuleSettings([*kinds, AlertKind.ISSUE_NEW]), [office, chat])
    nights = RuleSettings(
        ["no_success_for"], quiet_from="22:00", quiet_until="07:30", timezone="Europe/Madrid"
    )
    add_rule(agency, source, nights, [office])
    about, earlier = About(agency.id, source.id), utc_now() - timedelta(hours=3)
    failed = Words("Reading Lirio CRM failed", "The vendor’s server failed (503).", "/runs/1")
    open_alert(AlertKind.RUN_FAILED, about, failed, now=earlier)
    held = Words("A run of Lirio CRM waits for a decision", "It would withdraw 41.", "/runs/2")
    open_alert(AlertKind.RUN_HELD, about, held, now=earlier)
    for number, told in enumerate(office_messages(session)):
        told.state = (NotificationState.SENT, NotificationState.FAILED)[number % 2]
        told.attempt, told.sent_at = 1, earlier if number % 2 == 0 else None
        told.error = "" if number % 2 == 0 else "Failed to send Slack notification: error=404."
    close_alert(AlertKind.RUN_FAILED, about, "The feed was read again.")
    session.commit()
    return source


def office_messages(session: Db) -> list[Notification]:
    return session.query(Notification).order_by(Notification.id).all()


def test_an_agent_adds_a_channel_tries_it_and_makes_a_rule(
    page: Page, agent: User, session: Db, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    log_in_page(page, agent)
    page.get_by_role("link", name="Notifications", exact=True).click()
    expect(page.get_by_text("Nobody is told yet")).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "notifications-nothing-yet")
    page.get_by_role("link", name="Add a channel").click()
    page.get_by_label("Name").fill("Own server")
    page.get_by_label("Address", exact=True).fill("syslog://")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_text("What to type for each service").click()
    assert_no_axe_findings(page)
    look(page, "notifications-channel-refused")
    page.get_by_label("Address", exact=True).fill("http://127.0.0.1:9/told")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_text("Being sent")).to_be_visible()
    assert_no_axe_findings(page)
    session.rollback()
    tasks.send_notifications(session.query(NotificationChannel).one().id)
    expect(page.get_by_text("It could not be sent")).to_be_visible()
    expect(page.get_by_text("inside the own network")).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "notifications-channel-test-failed")
    page.get_by_role("link", name="Back to the notifications").click()
    page.get_by_role("link", name="Add a rule").first.click()
    page.get_by_label("About").select_option("Lirio CRM")
    assert_no_axe_findings(page)
    look(page, "notifications-rule")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.locator("#rules")).to_contain_text("Own server")


def test_who_is_told_is_seen_on_the_page_and_in_the_settings_of_the_source(
    page: Page, agent: User, session: Db, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    source = tell_something(session)
    log_in_page(page, agent)
    for name, address in {
        "notifications": "/notifications",
        "notifications-log": "/notifications/log",
        "notifications-of-source": f"/sources/{source.id}/edit",
        "notifications-delete-channel": "/notifications/channels/1/delete",
    }.items():
        page.goto(address)
        assert_no_axe_findings(page)
        look(page, name)
    page.goto("/notifications/log")
    expect(page.get_by_text("Over: Reading Lirio CRM failed").first).to_be_visible()


def test_a_rule_is_made_without_scripts(plain_page: Page, agent: User, session: Db) -> None:
    add_channel(agent.agency, "Office", checked_address("office@serena.example"))
    session.commit()
    log_in_page(plain_page, agent)
    plain_page.goto("/notifications/rules/new")
    plain_page.get_by_label("Quiet from").fill("22:00")
    plain_page.get_by_role("button", name="Add the rule").click()
    expect(plain_page.locator(".error-summary")).to_contain_text("Give both times, or none.")
    plain_page.get_by_label("Quiet until").fill("07:00")
    plain_page.get_by_role("button", name="Add the rule").click()
    expect(plain_page.locator("#rules")).to_contain_text("not from 22:00 to 07:00")
