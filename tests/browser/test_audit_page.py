"""The audit log in a browser: full, filtered, with nothing that matches."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from redis import Redis
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.factories import make_source
from tests.people import make_admin, make_agency
from webapp.channel_addresses import checked_address
from webapp.services.audit import note
from webapp.services.notifications import add_channel
from webapp.services.queue_pauses import pause_queue
from webapp.services.sources import delete_source


def test_the_audit_log_is_read_and_filtered_from_the_menu_on(
    page: Page,
    session: scoped_session[Session],
    valkey: Redis,
    look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:
    admin, agency = make_admin(), make_agency("Costa Serena Homes")
    source, gone = make_source(agency, name="Lirio CRM"), make_source(agency, name="Faro Export")
    note("source_changed", source, admin, before={"name": "Lirio"}, after={"name": "Lirio CRM"})
    add_channel(agency, "Office", checked_address("office@serena.example"), admin)
    pause_queue("offers-bulk", admin)
    delete_source(gone, admin)
    session.commit()
    log_in_page(page, admin)
    page.locator("summary").filter(has_text=admin.name).click()
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("heading", name="Audit log", level=1)).to_be_visible()
    expect(page.locator(".history li")).to_have_count(4)
    assert_no_axe_findings(page)
    look(page, "audit")
    page.get_by_label("What").select_option("Queues and jobs")
    expect(page.locator(".history li")).to_have_count(1)
    page.get_by_label("What").select_option("Anything")
    expect(page.locator(".history li")).to_have_count(4)
    page.get_by_label("Name of the source").fill("faro")
    expect(page.locator(".history li")).to_have_count(1)
    expect(page.locator(".history li")).to_contain_text("Faro Export (deleted): Deleted it")
    assert "source=faro" in page.url
    page.get_by_label("To (UTC)").fill("2020-01-31")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "audit-none")
