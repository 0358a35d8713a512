"""The form of a source with every choice of it open, sending a file, and what fetches leave to
people: a server's new key, a file of changes that can't be read."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from redis import Redis
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import MOST_SENT, log_in_page
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Run, RunState, Source, User, Verdict, utc_now
from webapp.services.credentials import CredentialKind, SourceCredentials

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]
KINDS = ("next_link", "page", "offset")
ACCESS = ("basic", "bearer", "header", "query", "key")


@pytest.fixture
def agent(session: scoped_session[Session], valkey: Redis) -> User:
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def source(agent: User) -> Source:
    """Of an SFTP server that shows another key than before."""
    assert agent.agency is not None
    made = factories.make_source(
        agent.agency,
        "Harbour changes",
        location="sftp://files.example/out/*.xml",
        fetching={
            "pick": "all",
            "host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGK0",
            "offered_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHT0",
        },
    )
    db.session.commit()
    return made


@pytest.fixture
def stuck(source: Source) -> Run:
    """A run that failed over the first of three files of changes."""
    fetched = factories.step("fetch", utc_now(), 1.2, bytes=10_000)
    run = factories.make_run(
        source, RunState.FAILED, verdict=Verdict.INCOMPLETE, steps=[fetched], files_left=2,
        file_mark="20261122101500 changes-0417.zip", error_code="damaged_archive",
        error_message="The archive cannot be unpacked: it is damaged or not complete.",
        error_hint="Ask the vendor to repair the export. Nothing was changed or withdrawn.",
        error_place="sftp://files.example/out › changes-0417.zip",
    )  # fmt: skip
    source.located_at = run.created_at
    db.session.commit()
    return run


def everything_fits(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})


def test_the_form_shows_what_each_choice_needs(
    agent: User, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto("/sources/new")
    expect(page.get_by_label("User or name")).to_be_hidden()
    page.get_by_text("Several files or pages").click()
    page.get_by_text("Password or key").click()
    for paging, access in zip((*KINDS, *KINDS), ACCESS, strict=False):
        page.get_by_label("Pages", exact=True).select_option(paging)
        page.get_by_label("The server asks for").select_option(access)
        numbered = page.get_by_label("Name of the page or offset")
        expect(numbered).to_be_visible(visible=paging != "next_link")
        expect(page.get_by_label("Private key")).to_be_visible(visible=access == "key")
        expect(page.get_by_label("User or name")).to_be_visible(visible=access != "bearer")
        look(page, f"form-{paging}-{access}")
        assert_no_axe_findings(page)
        everything_fits(page)


def test_what_is_wrong_is_shown_where_it_stands(
    agent: User, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto("/sources/new")
    page.get_by_label("Address of the feed").fill("https://feeds.example/offers.json")
    page.get_by_text("Several files or pages").click()
    page.get_by_label("Pages", exact=True).select_option("offset")
    page.get_by_text("Password or key").click()
    page.get_by_label("The server asks for").select_option("key")
    page.get_by_label("Private key").fill("PuTTY-User-Key-File-3: ssh-ed25519")
    page.get_by_label("certificate is not signed").check()
    page.get_by_role("button", name="Look at it").click()
    summary = page.get_by_role("alert").filter(has_text="things to correct")
    expect(summary).to_be_focused()
    for field in ("paging_param", "paging_size", "private_key", "own_certificate"):
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#{field}")).to_be_visible()
    look(page, "form-refused")
    assert_no_axe_findings(page)
    everything_fits(page)


@pytest.mark.parametrize(
    ("name", "location", "fetching", "kind"),
    [
        ("key", "sftp://files.example/out/", {"pick": "all"}, CredentialKind.KEY),
        (
            "own-certificate",
            "ftpes://files.example/out/*.xml",
            {"own_certificate": True, "host_key": "certificate SHA256:1F:2E"},
            CredentialKind.BASIC,
        ),
        (
            "pages",
            "https://feeds.example/offers?agency=7",
            {"paging": {"kind": "offset", "param": "skip", "size_param": "take", "size": 50}},
            CredentialKind.HEADER,
        ),
    ],
)
def test_what_was_chosen_stands_in_the_form_and_on_the_page(
    agent: User,
    page: Page,
    assert_no_axe_findings: Check,
    look: Look,
    name: str,
    location: str,
    fetching: dict[str, Any],
    kind: CredentialKind,
) -> None:
    assert agent.agency is not None
    stored = SourceCredentials(kind, "harbour", "s3cret-value")
    source = factories.make_source(
        agent.agency, location=location, credentials=stored, fetching=fetching
    )
    read = factories.step("read", utc_now(), 1.0, records=7, encoding="windows-1252", delimiter=";")
    factories.make_run(source, steps=[read])
    db.session.commit()
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/edit")
    expect(page.get_by_label("User or name")).to_have_value("harbour")
    expect(page.get_by_label("Private key")).to_be_visible(visible=kind == CredentialKind.KEY)
    expect(page.locator("#pick")).to_be_visible(visible=name != "own-certificate")
    look(page, f"edit-{name}")
    assert_no_axe_findings(page)
    everything_fits(page)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("windows-1252, separated by semicolons")).to_be_visible()
    look(page, f"source-{name}")
    assert_no_axe_findings(page)
    db.session.expire_all()
    assert db.session.get_one(Source, source.id).fetching == fetching


def test_a_file_is_sent_and_refused_by_keyboard(
    agent: User,
    source: Source,
    page: Page,
    tmp_path: Path,
    assert_no_axe_findings: Check,
    look: Look,
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/upload")
    look(page, "upload")
    assert_no_axe_findings(page)
    everything_fits(page)
    page.get_by_role("button", name="Upload and read").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Choose a file first")).to_be_focused()
    look(page, "upload-refused")
    assert_no_axe_findings(page)
    offers = tmp_path / "offers of may.xml"
    offers.write_text("<root/>")
    page.get_by_label("File").set_input_files(offers)
    page.get_by_role("button", name="Upload and read").press("Enter")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    expect(page.get_by_text("offers_of_may.xml")).to_be_visible()
    look(page, "run-upload")
    assert_no_axe_findings(page)


def test_a_file_that_is_too_large_is_refused_with_what_to_do(
    agent: User,
    source: Source,
    page: Page,
    tmp_path: Path,
    assert_no_axe_findings: Check,
    look: Look,
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/upload")
    expect(page.get_by_text("up to 1 MB")).to_be_visible()
    large = tmp_path / "large.xml"
    large.write_bytes(bytes(MOST_SENT + 100_000))
    page.get_by_label("File").set_input_files(large)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("heading", name="That is too large")).to_be_visible()
    look(page, "upload-too-large")
    assert_no_axe_findings(page)
    everything_fits(page)
    page.get_by_role("link", name="Choose another file").click()
    expect(page.get_by_role("heading", name="Upload a file")).to_be_visible()


def test_a_new_key_is_compared_and_accepted(
    agent: User, source: Source, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}")
    expect(page.get_by_text("shows another key than before")).to_be_visible()
    look(page, "source-new-key")
    assert_no_axe_findings(page)
    everything_fits(page)
    page.get_by_role("button", name="Accept the new key").press("Enter")
    expect(page.get_by_text("It is accepted.")).to_be_visible()
    expect(page.get_by_text("shows another key than before")).to_be_hidden()


def test_a_file_that_holds_others_up_is_skipped_in_a_dialog(
    agent: User, stuck: Run, page: Page, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/runs/{stuck.id}")
    look(page, "run-stuck")
    assert_no_axe_findings(page)
    everything_fits(page)
    page.get_by_role("link", name="Skip this file").press("Enter")
    dialog = page.get_by_role("dialog", name="Skip changes-0417.zip?")
    look(page, "run-stuck-dialog")
    assert_no_axe_findings(page)
    dialog.get_by_role("button", name="Skip this file").click()
    expect(page.get_by_text("changes-0417.zip is skipped.")).to_be_visible()


def test_all_of_it_works_without_scripts(
    agent: User, stuck: Run, plain_page: Page, tmp_path: Path
) -> None:
    page = plain_page
    log_in_page(page, agent)
    page.goto(f"/sources/{stuck.source_id}/upload")
    offers = tmp_path / "offers.json"
    offers.write_text("[]")
    page.get_by_label("File").set_input_files(offers)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_text("offers.json")).to_be_visible()
    page.goto(f"/runs/{stuck.id}")
    page.get_by_role("link", name="Skip this file").click()
    page.get_by_role("button", name="Skip this file").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    expect(page.get_by_text("is skipped")).to_be_visible()
    page.goto(f"/sources/{stuck.source_id}")
    page.get_by_role("button", name="Accept the new key").click()
    expect(page.get_by_text("It is accepted.")).to_be_visible()
