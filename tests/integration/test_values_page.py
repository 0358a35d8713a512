"""The values page: words and their meanings, deciding about them, taking a decision back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.people import log_in, make_agency, make_user
from tests.set_up import make_draft, make_setup
from webapp.extensions import db
from webapp.models import (
    Agency,
    AuditEntry,
    CountedValue,
    Role,
    Run,
    RunState,
    Source,
    Trigger,
    ValueDecision,
    utc_now,
)
from webapp.services.value_decisions import decide_values


@pytest.fixture
def source(agency: Agency) -> Source:
    source = factories.make_source(agency)
    offer = factories.make_offer(source, "L-1")
    count(source, "types", "Palloza", 12, offer.external_id, "L-2")
    count(source, "types", "Villa", 80)
    count(source, "types", "Apartament", 3)
    count(source, "location.country", "The coast", 5)
    count(source, "features", "Bodega", 2)
    source.values_counted_at = utc_now()
    db.session.commit()
    return source


def count(source: Source, table: str, raw: str, records: int, *examples: str) -> None:
    db.session.add(
        CountedValue(
            source_id=source.id,
            value_table=table,
            word=raw.casefold(),
            raw=raw,
            records=records,
            examples=list(examples),
        )
    )
    db.session.flush()


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def answers(*said: tuple[str, str, str]) -> dict[str, str]:
    """The form with a row of each: table, word, answer."""
    form = {}
    for number, (table, raw, answer) in enumerate(said):
        form[f"word-{number}"] = f"{table}\t{raw}"
        form[f"meaning-{number}"] = answer
    return form


def decisions() -> dict[str, Any]:
    db.session.expire_all()
    return {row.raw: row.code for row in db.session.scalars(select(ValueDecision))}


def test_words_stand_with_their_counts_examples_and_what_they_mean(
    agent: FlaskClient, source: Source
) -> None:
    page = text_of(agent, f"/sources/{source.id}/values")
    # What nobody has explained stands first.
    assert page.index("Meaning of “Palloza”") < page.index("Meaning of “Villa”")
    assert "By the mapping" in page
    assert ">L-1</a>" in page
    assert "L-2" in page
    assert "1–5 of 5" in page


def test_filters_narrow_the_words_by_address(agent: FlaskClient, source: Source) -> None:
    unknown = text_of(agent, f"/sources/{source.id}/values?filter=unknown")
    assert "The coast" in unknown
    assert "Bodega" not in unknown, "a feature may stay what it is"
    assert "Meaning of “Villa”" not in unknown
    of_places = text_of(agent, f"/sources/{source.id}/values?table=location.country")
    assert "The coast" in of_places
    assert "Palloza" not in of_places
    assert "Palloza" in text_of(agent, f"/sources/{source.id}/values?search=PALL")
    assert "No such word" in text_of(agent, f"/sources/{source.id}/values?search=zzz")


def test_a_suggestion_is_chosen_already(agent: FlaskClient, source: Source) -> None:
    page = text_of(agent, f"/sources/{source.id}/values?search=apartament")
    assert '<option value="apartment" selected>' in page
    assert "suggested: Apartment" in page


def test_several_words_are_saved_at_once_and_start_one_run(
    agent: FlaskClient, source: Source
) -> None:
    sent = answers(
        ("types", "Palloza", "country_house"),
        ("types", "Villa", "villa"),
        ("types", "Apartament", "-"),
        ("location.country", "The coast", "Spain (ES)"),
        ("features", "Bodega", ""),
    )
    answer = agent.post(f"/sources/{source.id}/values?filter=unknown", data=sent)
    assert answer.location == f"/sources/{source.id}/values?filter=unknown"
    assert decisions() == {"Palloza": "country_house", "Apartament": None, "The coast": "ES"}
    run = db.session.scalars(select(Run)).one()
    assert (run.trigger, run.state) == (Trigger.REMAP, RunState.QUEUED)
    assert run.remap == {
        "values": {"types": ["apartament", "palloza"], "location.country": ["the coast"]}
    }
    assert db.session.get_one(Source, source.id).remap_due is None
    page = text_of(agent, f"/sources/{source.id}/values?filter=decided")
    assert "3 words are saved. 20 offers are mapped again in the background." in page
    assert "Decided by Inés Valdemar" in page
    noted = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in noted].count("value_decided") == 2


def test_an_answer_that_is_no_meaning_is_refused_and_stands_in_the_form_again(
    agent: FlaskClient, source: Source
) -> None:
    sent = answers(("location.country", "The coast", "Atlantis"), ("types", "Palloza", "villa"))
    answer = agent.post(f"/sources/{source.id}/values", data=sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="Atlantis"' in answer.text
    assert "is none of the meanings" in answer.text
    assert decisions() == {}


def test_a_decision_can_be_taken_back(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/values", data=answers(("types", "Palloza", "country_house")))
    page = text_of(agent, f"/sources/{source.id}/values?filter=decided")
    assert "Undo the decision about “Palloza”" in page
    agent.post(f"/sources/{source.id}/values?filter=decided", data={"undo": "types\tPalloza"})
    assert decisions() == {}
    unknown = text_of(agent, f"/sources/{source.id}/values?filter=unknown")
    assert "Meaning of “Palloza”" in unknown


def test_words_of_the_last_problems_are_there_before_they_are_counted(
    agent: FlaskClient, source: Source
) -> None:
    run = factories.make_run(source, created=1)
    factories.make_problem(
        run, "L-9", code="unknown_value", severity="warning", field="type", raw="Masía"
    )
    db.session.commit()
    page = text_of(agent, f"/sources/{source.id}/values?filter=unknown")
    assert "Masía" in page
    problems = text_of(agent, f"/sources/{source.id}/problems")
    assert f"/sources/{source.id}/values/word?field=type&amp;raw=Mas" in problems
    answer = agent.get(f"/sources/{source.id}/values/word?field=type&raw=Masía")
    assert answer.location == f"/sources/{source.id}/values?table=types&search=Mas%C3%ADa"


def test_feed_text_is_never_markup(agent: FlaskClient, source: Source) -> None:
    count(source, "types", "<b>Finca</b>", 1)
    db.session.commit()
    page = text_of(agent, f"/sources/{source.id}/values")
    assert "<b>Finca</b>" not in page
    assert "&lt;b&gt;Finca&lt;/b&gt;" in page


def test_a_viewer_sees_meanings_but_no_form(
    client: FlaskClient, agency: Agency, source: Source
) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    page = text_of(client, f"/sources/{source.id}/values")
    assert "Palloza" in page
    assert "Save these meanings" not in page
    assert "<select" not in page.partition('id="results"')[2]


def test_while_a_source_is_being_set_up_decisions_wait_for_its_first_run(
    agent: FlaskClient, agency: Agency
) -> None:
    user = make_user("una@l.example", "Una Prado", agency=agency)
    source = make_setup(agency, user)
    db.session.commit()
    assert "There is no mapping yet" in text_of(agent, f"/sources/{source.id}/values")
    make_draft(source, user)
    count(source, "types", "Palloza", 4)
    db.session.commit()
    assert "Next: when and how" in text_of(agent, f"/sources/{source.id}/values")
    agent.post(f"/sources/{source.id}/values", data=answers(("types", "Palloza", "villa")))
    assert decisions() == {"Palloza": "villa"}
    assert db.session.scalars(select(Run)).all() == []


def test_the_overview_asks_for_the_meaning_of_new_words(
    agent: FlaskClient, source: Source, client: FlaskClient
) -> None:
    run = factories.make_run(source)
    factories.make_issue(run)
    for external_id, raw in (("L-1", "Masía"), ("L-2", "Masía"), ("L-3", "Pazo")):
        factories.make_problem(
            run, external_id, code="unknown_value", severity="warning", field="type", raw=raw
        )
    db.session.commit()
    page = text_of(agent, "/")
    assert "2 new words have no meaning yet" in page
    assert f"/sources/{source.id}/values?filter=unknown" in page
    log_in(client, make_user("eva@faro.example", "Eva Faro", agency=make_agency("Faro Estates")))
    assert "no meaning yet" not in text_of(client, "/")


def test_deciding_again_replaces_what_was_decided(agency: Agency, source: Source) -> None:
    user = make_user(agency=agency)
    decide_values(source, "types", {"Palloza": "villa"}, user)
    decide_values(source, "types", {"PALLOZA": None}, user)
    db.session.commit()
    assert decisions() == {"PALLOZA": None}
