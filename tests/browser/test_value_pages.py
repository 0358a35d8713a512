"""The pages of a source's words and of its ignored fields, as a person meets them."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests import factories
from tests.browser.conftest import log_in_page
from tests.people import make_agency, make_user
from tests.set_up import make_sample
from webapp import queues
from webapp.extensions import db
from webapp.models import CountedValue, Source, User, ValueDecision, utc_now
from webapp.services.value_decisions import decide_values

Check = Callable[[Page], None]
Look = Callable[[Page, str], None]

WORDS = (
    ("types", "Palloza", 12),
    ("types", "Villa", 80),
    ("types", "Apartament", 3),
    ("types", "Molino <i>viejo</i>", 2),
    ("location.country", "The coast", 5),
    ("location.country", "Spain", 97),
    ("deals.currency", "Duros", 1),
    ("features", "Bodega", 2),
    ("features", "Heated pool", 9),
    ("energy_classes", "X", 14),
)


@pytest.fixture
def agent(session: scoped_session[Session], valkey: Redis) -> User:
    valkey.set(queues.TICK_KEY, time.time())
    return make_user(agency=make_agency("Costa Serena Homes"))


@pytest.fixture
def source(agent: User) -> Source:
    assert agent.agency is not None
    source = factories.make_source(agent.agency)
    offers = [factories.make_offer(source, f"L-{number}") for number in (1, 2)]
    for table, raw, records in WORDS:
        row = CountedValue(source_id=source.id, value_table=table, word=raw.casefold(), raw=raw)
        row.records, row.examples = records, [offer.external_id for offer in offers]
        db.session.add(row)
    source.values_counted_at = utc_now()
    make_sample(source)
    decide_values(source, "types", {"Barraca": "country_house"}, agent)
    db.session.commit()
    return source


def test_words_are_explained_in_one_form(
    page: Page, source: Source, agent: User, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/values")
    look(page, "values")
    assert_no_axe_findings(page)
    # Two suggestions stand there already.
    says = page.locator("[data-sums-changes]")
    before = says.inner_text()
    page.get_by_label("Meaning of “Palloza”").select_option("house")
    expect(says).not_to_have_text(before)
    expect(says).to_contain_text("Offers that are mapped again")
    page.get_by_label("Meaning of “The coast”").fill("Spain")
    page.get_by_role("button", name="Save these meanings").click()
    expect(page.locator("#toasts-status")).to_contain_text("mapped again")
    decided = {row.raw: row.code for row in db.session.scalars(select(ValueDecision))}
    assert decided["Palloza"] == "house"
    assert decided["The coast"] == "ES"


def test_an_answer_that_is_no_meaning_is_shown_where_it_stands(
    page: Page, source: Source, agent: User, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/values?filter=unknown")
    page.get_by_label("Meaning of “The coast”").fill("Atlantis")
    page.get_by_role("button", name="Save these meanings").click()
    expect(page.get_by_role("alert").get_by_text("none of the meanings")).to_be_visible()
    expect(page.get_by_label("Meaning of “The coast”")).to_have_value("Atlantis")
    look(page, "values-error")
    assert_no_axe_findings(page)


def test_filters_replace_the_list_while_typing(
    page: Page, source: Source, agent: User, assert_no_axe_findings: Check, look: Look
) -> None:
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/values")
    page.get_by_label("Word", exact=True).fill("zzz")
    expect(page.get_by_text("No such word")).to_be_visible()
    look(page, "values-no-match")
    assert_no_axe_findings(page)
    page.get_by_label("Word", exact=True).fill("")
    page.get_by_label("Which").select_option("decided")
    expect(page.get_by_role("button", name="Undo the decision about “Barraca”")).to_be_visible()


def test_words_are_explained_without_javascript(
    plain_page: Page, source: Source, agent: User
) -> None:
    log_in_page(plain_page, agent)
    plain_page.goto(f"/sources/{source.id}/values?filter=decided")
    plain_page.get_by_role("button", name="Undo the decision about “Barraca”").click()
    expect(plain_page.get_by_text("means again what the mapping says")).to_be_visible()
    plain_page.goto(f"/sources/{source.id}/values?filter=unknown&search=palloza")
    plain_page.get_by_label("Meaning of “Palloza”").select_option("-")
    plain_page.get_by_role("button", name="Save these meanings").click()
    expect(plain_page.get_by_text("1 word is saved")).to_be_visible()


def test_fields_are_ignored_refused_and_taken_back(
    page: Page, source: Source, agent: User, assert_no_axe_findings: Check, look: Look
) -> None:
    source.volatile_paths = [
        {"path": "@exported", "share": 1.0, "runs": 3, "refused": False},
        {"path": "stats.views", "share": 0.93, "runs": 2, "refused": False},
    ]
    db.session.commit()
    log_in_page(page, agent)
    page.goto(f"/sources/{source.id}/ignored")
    look(page, "ignored-proposed")
    assert_no_axe_findings(page)
    page.get_by_role("button", name="Ignore @exported", exact=True).click()
    page.get_by_role("button", name="Refuse stats.views").click()
    page.get_by_label("Field of the record").fill("price")
    page.get_by_role("button", name="Ignore", exact=True).click()
    expect(page.get_by_text("A change of this alone is not noticed: price")).to_be_visible()
    look(page, "ignored")
    assert_no_axe_findings(page)
    page.get_by_label("Field of the record").fill("a[?b]")
    page.get_by_role("button", name="Ignore", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("This is no field")).to_be_visible()
    look(page, "ignored-error")
    assert_no_axe_findings(page)
    db.session.expire_all()
    assert db.session.get_one(Source, source.id).ignore_paths == ["@exported", "price"]
