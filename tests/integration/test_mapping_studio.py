"""The mapping studio: what it shows, and what each form of it makes of the mapping."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import factories, set_up
from tests.people import log_in, make_user
from webapp.extensions import db
from webapp.models import (
    Agency,
    AuditEntry,
    DraftStep,
    Mapping,
    MappingDraft,
    Role,
    Run,
    Source,
    Trial,
    TrialKind,
    Trigger,
    User,
)
from webapp.offers.mapping_document import as_data
from webapp.presets import load_preset, preset_names
from webapp.services.drafts import draft_of, edit_draft

HTMX = {"HX-Request": "true"}
HOSTILE = '<script>alert("feed")</script>'


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def agent(client: FlaskClient, user: User) -> FlaskClient:
    log_in(client, user)
    return client


@pytest.fixture
def source(agency: Agency) -> Source:
    """In force with version 1, with a sample of two records."""
    source = factories.make_source(agency)
    second = {"id": "H-2", "price": "on request", "type": "Palloza", HOSTILE: HOSTILE * 20}
    set_up.make_sample(source, [set_up.RECORD, second])
    db.session.commit()
    return source


def studio(source: Source, rest: str = "") -> str:
    return f"/sources/{source.id}/mapping{rest}"


def field(source: Source, address: str) -> str:
    return studio(source, f"/fields/{quote(address)}")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def step_of(source: Source) -> dict[str, Any]:
    """What the page's forms send along."""
    db.session.expire_all()
    row = db.session.get(MappingDraft, source.id)
    return {"at_step": row.step if row else 0, "base": source.mapping_id or 0}


def send(client: FlaskClient, source: Source, address: str, **form: Any) -> TestResponse:
    return client.post(address, data={**step_of(source), **form})


def document(source: Source) -> dict[str, Any]:
    db.session.expire_all()
    row = db.session.get_one(MappingDraft, source.id)
    return db.session.get_one(DraftStep, (source.id, row.step)).document


def latest_change(source: Source) -> str:
    row = db.session.get_one(MappingDraft, source.id)
    return db.session.get_one(DraftStep, (source.id, row.step)).change


def connect(client: FlaskClient, source: Source, path: str, to: str, **more: Any) -> TestResponse:
    return send(client, source, studio(source, "/connect"), path=path, field=to, **more)


def test_the_version_in_force_is_shown_without_beginning_a_draft(
    agent: FlaskClient, source: Source
) -> None:
    text = plain(agent.get(studio(source)).text)
    assert "Version 1 in force" in text
    assert "surface_area.built" in text
    assert "€185,000" in text
    assert db.session.get(MappingDraft, source.id) is None


def test_the_fields_of_the_record_say_how_common_they_are_and_what_they_fill(
    agent: FlaskClient, source: Source
) -> None:
    text = plain(agent.get(studio(source)).text)
    assert re.search(r"town 50 % Puerto Lirio Used for Town", text)
    assert re.search(r"images\.image\.url ×n 50 %", text)


def test_fields_are_searched_by_name_and_value_and_the_unused_ones_stand_alone(
    agent: FlaskClient, source: Source
) -> None:
    found = agent.get(studio(source, "?search=lirio"), headers={**HTMX, "HX-Target": "record-list"})
    assert 'value="town"' in found.text
    assert 'value="price"' not in found.text
    unused = agent.get(studio(source, "?show=unused")).text
    assert 'value="images.image.@id"' in unused
    assert 'value="town"' not in unused


def test_another_record_is_chosen_in_the_address(agent: FlaskClient, source: Source) -> None:
    text = plain(agent.get(studio(source, "?record=2")).text)
    assert "Record 2 of 2" in text
    assert "on request" in text
    assert "“Palloza”" in text
    assert "Record 2 of 2" in plain(agent.get(studio(source, "?record=999")).text)
    assert "Record 1 of 2" in plain(agent.get(studio(source, "?record=x")).text)


def test_names_and_values_of_the_feed_are_only_shown(agent: FlaskClient, source: Source) -> None:
    text = agent.get(studio(source, "?record=2")).text
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_connecting_begins_a_draft_and_the_mapping_in_force_stays(
    agent: FlaskClient, source: Source
) -> None:
    before = source.mapping.document if source.mapping else None
    answer = connect(agent, source, "price_freq", "construction")
    assert answer.location.endswith(studio(source))
    assert document(source)["fields"]["construction"] == {"path": "price_freq"}
    assert latest_change(source) == "Construction: price_freq"
    assert source.mapping is not None
    assert source.mapping.document == before
    assert "Draft" in plain(agent.get(studio(source)).text)


def test_connecting_with_htmx_brings_every_part_of_the_page_up_to_date(
    agent: FlaskClient, source: Source
) -> None:
    answer = agent.post(
        studio(source, "/connect"),
        data={**step_of(source), "path": "ref", "field": "location.district"},
        headers={**HTMX, "HX-Current-URL": f"http://localhost{studio(source)}?record=1"},
    )
    assert answer.status_code == 200
    for part in ("studio-bar", "record-list", "field-list", "editor", "preview"):
        assert f'id="{part}"' in answer.text
    assert "District: ref" in answer.headers["HX-Trigger"]
    assert re.search(r"District ref HB-1", plain(answer.text))


def test_replacing_keeps_the_table_of_words_and_also_keeps_the_first_path(
    agent: FlaskClient, source: Source
) -> None:
    connect(agent, source, "kind", "type")
    assert document(source)["fields"]["type"] == {"path": "kind", "values": "types"}
    connect(agent, source, "type", "type|also")
    assert document(source)["fields"]["type"] == {"paths": ["kind", "type"], "values": "types"}


def test_a_field_is_kept_under_a_name_of_its_own(agent: FlaskClient, source: Source) -> None:
    connect(agent, source, "images.image.@id", "extra.", name="Picture No.")
    assert document(source)["fields"]["extra.picture_no"] == {"path": "images.image.@id"}


def test_pictures_are_connected_with_what_repeats(agent: FlaskClient, source: Source) -> None:
    connect(agent, source, "images.image.@id", "media.0.caption")
    assert document(source)["media"][0]["fields"]["caption"] == {"path": "@id"}
    answer = connect(agent, source, "town", "media.0.caption")
    assert answer.status_code == 422
    assert "“town” is not within “images.image”" in plain(answer.text)


def test_nothing_chosen_is_said(agent: FlaskClient, source: Source) -> None:
    answer = send(agent, source, studio(source, "/connect"), field="type")
    assert answer.status_code == 422
    assert "Choose a field of the record first." in answer.text
    answer = send(agent, source, studio(source, "/connect"), path="type")
    assert "Press “Connect” beside the field" in answer.text
    assert db.session.get(MappingDraft, source.id) is None


def test_a_rule_is_edited_as_a_whole_and_shows_what_each_step_makes(
    agent: FlaskClient, source: Source
) -> None:
    answer = send(
        agent, source, field(source, "location.city"),
        path=["town", "village"], take="first", transform="upper", add="extract",
        **{"param.1.pattern": "[A-Z]+"}, default="Lirio",
        when_path="ref", when_ask="in", when_answer="HB-1 | HB-2",
    )  # fmt: skip
    assert answer.status_code == 303
    assert document(source)["fields"]["location.city"] == {
        "paths": ["town", "village"],
        "transforms": [{"name": "upper"}, {"name": "extract", "params": {"pattern": "[A-Z]+"}}],
        "when": {"path": "ref", "in": ["HB-1", "HB-2"]},
        "default": "Lirio",
    }
    text = plain(agent.get(answer.location).text)
    assert "found: Puerto Lirio" in text
    assert "→ PUERTO LIRIO" in text
    assert "→ PUERTO " in text
    assert "Record 1 gives PUERTO" in text


def test_steps_are_moved_and_taken_out(agent: FlaskClient, source: Source) -> None:
    form = {"path": "town", "transform": ["upper", "repair"]}
    send(agent, source, field(source, "location.city"), **form, do="up:1")
    names = [step["name"] for step in document(source)["fields"]["location.city"]["transforms"]]
    assert names == ["repair", "upper"]
    form["transform"] = names
    send(agent, source, field(source, "location.city"), **form, do="drop:0")
    assert document(source)["fields"]["location.city"]["transforms"] == [{"name": "upper"}]


def test_several_paths_are_joined(agent: FlaskClient, source: Source) -> None:
    send(
        agent, source, field(source, "location.raw"), path=["town", "ref"], take="all", between=", "
    )
    assert document(source)["fields"]["location.raw"] == {"paths": ["town", "ref"], "join": ", "}
    text = plain(agent.get(field(source, "location.raw")).text)
    assert "Puerto Lirio, HB-1" in text


def test_a_fixed_value_is_of_the_fields_kind(agent: FlaskClient, source: Source) -> None:
    send(agent, source, field(source, "new_build"), constant="false")
    send(agent, source, field(source, "rooms"), constant="2.5")
    send(agent, source, field(source, "condition"), constant="good")
    fields = document(source)["fields"]
    assert fields["new_build"] == {"constant": False}
    assert fields["rooms"] == {"constant": 2.5}
    assert fields["condition"] == {"constant": "good"}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"path": "town", "constant": "Lirio"}, "Either fields of the record or a fixed value"),
        ({}, "Name a field of the record, or a fixed value."),
        ({"path": "a[", "default": "Lirio"}, "cannot be read"),
        ({"path": "town", "transform": "shout"}, "There is no such transform."),
        (
            {"path": "town", "transform": "extract", "param.0.pattern": "(["},
            "cannot be read",
        ),
        (
            {"path": "town", "transform": "item", "param.0.index": "two"},
            "“two” is no whole number",
        ),
        (
            {"path": "town", "when_path": "ref", "when_ask": "equals", "when_answer": ""},
            "The condition on “ref” needs a value.",
        ),
    ],
)
def test_what_makes_no_sense_comes_back_with_the_form_as_it_was(
    agent: FlaskClient, source: Source, form: dict[str, str], words: str
) -> None:
    answer = send(agent, source, field(source, "location.city"), **form)
    assert answer.status_code == 422
    assert words in plain(answer.text)
    for name in ("path", "default"):
        if name in form:
            assert f'value="{form[name]}"' in answer.text
    assert db.session.get(MappingDraft, source.id) is None


@pytest.mark.parametrize("sent", ["inf", "1e400", "two", "9" * 40])
def test_a_fixed_number_is_one(agent: FlaskClient, source: Source, sent: str) -> None:
    answer = send(agent, source, field(source, "rooms"), constant=sent)
    assert answer.status_code == 422
    assert "is no number, such as 3 or 2.5" in answer.text


def test_a_letter_that_no_database_takes_is_left_out(agent: FlaskClient, source: Source) -> None:
    form = {"path": "to\0wn", "default": "a\0b", "when_path": "r\0ef", "when_answer": "\0x"}
    send(agent, source, field(source, "location.city"), **form, when_ask="equals")
    assert document(source)["fields"]["location.city"] == {
        "path": "town",
        "default": "ab",
        "when": {"path": "ref", "equals": "x"},
    }
    connect(agent, source, "ty\0pe", "extra.", name="k\0ind")
    assert document(source)["fields"]["extra.kind"] == {"path": "type"}
    assert agent.get(studio(source, "/fields/extra.a%00b")).status_code == 404


def test_a_proposal_is_marked_until_it_is_confirmed(agent: FlaskClient, source: Source) -> None:
    assert source.mapping is not None
    proposed = {**source.mapping.document}
    proposed["fields"] = {"rooms": {"path": "beds", "confidence": 0.6}}
    source.mapping.document = proposed
    db.session.commit()
    text = plain(agent.get(studio(source, "?fields=proposed")).text)
    assert "One proposal to check" in text
    assert "proposed: check" in text
    editor = plain(agent.get(field(source, "rooms")).text)
    assert "60 % sure. Is it right?" in editor
    send(agent, source, field(source, "rooms"), path="beds", do="apply")
    assert db.session.get(MappingDraft, source.id) is None
    send(agent, source, field(source, "rooms"), path="beds", do="confirm")
    assert document(source)["fields"]["rooms"] == {"path": "beds"}
    assert latest_change(source) == "Checked"


def test_all_proposals_are_confirmed_at_once(agent: FlaskClient, source: Source) -> None:
    assert source.mapping is not None
    rules = {"rooms": {"path": "a", "confidence": 0.6}, "floor": {"path": "b", "confidence": 0.9}}
    source.mapping.document = {**source.mapping.document, "fields": rules}
    db.session.commit()
    send(agent, source, studio(source, "/confirm"))
    assert document(source)["fields"] == {"rooms": {"path": "a"}, "floor": {"path": "b"}}


def test_another_rule_is_asked_after_the_first_and_may_be_asked_earlier(
    agent: FlaskClient, source: Source
) -> None:
    send(agent, source, field(source, "reference#1"), path="id")
    assert document(source)["fields"]["reference"] == [{"path": "ref"}, {"path": "id"}]
    answer = send(agent, source, field(source, "reference#1"), path="id", do="earlier")
    assert document(source)["fields"]["reference"] == [{"path": "id"}, {"path": "ref"}]
    assert answer.location.endswith(field(source, "reference"))
    send(agent, source, field(source, "reference#1"), do="remove")
    assert document(source)["fields"]["reference"] == {"path": "id"}


def test_what_items_are_made_of_is_edited(agent: FlaskClient, source: Source) -> None:
    form = {"path": "gallery", "split": ";", "when_path": "ref", "when_ask": "exists"}
    send(agent, source, field(source, "media.0"), **form)
    block = document(source)["media"][0]
    assert (block["each"], block["split"]) == (["gallery"], ";")
    assert block["when"] == {"path": "ref", "exists": True}
    answer = send(agent, source, field(source, "media.0"), **form, do="later")
    assert answer.location.endswith(field(source, "media.1"))
    send(agent, source, field(source, "media.1"), do="remove")
    assert len(document(source)["media"]) == 2


def test_ids_are_named_and_never_none(agent: FlaskClient, source: Source) -> None:
    send(agent, source, field(source, "id"), path=["ref", ""])
    assert document(source)["id"] == ["ref"]
    answer = send(agent, source, field(source, "id"), path="")
    assert answer.status_code == 422
    assert "Without an id no offer can be told from the others" in answer.text


def test_a_field_that_there_is_not_has_no_page(agent: FlaskClient, source: Source) -> None:
    for address in ("nowhere", "media.99", "deals.99.amount", "media.0.colour"):
        assert agent.get(field(source, address)).status_code == 404, address


def test_steps_are_undone_and_redone(agent: FlaskClient, source: Source) -> None:
    connect(agent, source, "ref", "location.district")
    connect(agent, source, "id", "location.district")
    send(agent, source, studio(source, "/undo"))
    assert document(source)["fields"]["location.district"] == {"path": "ref"}
    send(agent, source, studio(source, "/redo"))
    assert document(source)["fields"]["location.district"] == {"path": "id"}
    text = plain(agent.get(studio(source)).text)
    assert "District: ref Inés Valdemar" in text


def test_the_second_of_two_editors_is_told_and_may_make_the_same_change_on_top(
    agent: FlaskClient, source: Source, agency: Agency
) -> None:
    connect(agent, source, "ref", "location.district")
    seen = step_of(source)
    other = make_user("tom@lantana.example", "Tom Okafor", agency=agency)
    draft = draft_of(source)
    assert draft is not None
    edit_draft(source, draft.step, draft.document, other, "Rooms: beds")
    db.session.commit()
    form = {**seen, "path": "id", "default": "none", "transform": ["upper", "repair"]}
    answer = agent.post(field(source, "location.city"), data=form)
    assert answer.status_code == 409
    text = plain(answer.text)
    assert re.search(r"Tom Okafor changed it .+: Rooms: beds", text)
    again = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    assert ("transform", "upper") in again
    assert ("transform", "repair") in again
    assert ("at_step", str(step_of(source)["at_step"])) in again
    send(agent, source, field(source, "location.city"), **{**form, **step_of(source)})
    assert document(source)["fields"]["location.city"]["default"] == "none"
    assert document(source)["fields"]["location.district"] == {"path": "ref"}


def test_who_looked_at_the_version_in_force_is_told_of_a_draft_begun_since(
    agent: FlaskClient, source: Source
) -> None:
    seen = step_of(source)
    connect(agent, source, "ref", "location.district")
    answer = agent.post(
        studio(source, "/connect"), data={**seen, "path": "id", "field": "type"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "The mapping was changed meanwhile" in answer.text
    assert answer.headers["HX-Retarget"] == "#studio-note"
    assert document(source)["fields"]["type"]["path"] == "type"


def test_saving_makes_the_next_version_and_maps_the_stored_records_again(
    agent: FlaskClient, source: Source
) -> None:
    factories.make_offer(source)
    db.session.commit()
    connect(agent, source, "ref", "location.district")
    page = plain(agent.get(studio(source, "/save")).text)
    assert "Version 2 of the mapping" in page
    assert "Save version 2: one offer is mapped again" in page
    assert re.search(r"District Changed location_detail ref", page)
    answer = send(agent, source, studio(source, "/save"))
    db.session.expire_all()
    run = db.session.scalars(select(Run)).one()
    assert run.trigger == Trigger.REMAP
    assert answer.location.endswith(f"/runs/{run.id}")
    mapping = db.session.scalars(select(Mapping).order_by(Mapping.version.desc())).first()
    assert mapping is not None
    assert (mapping.version, mapping.id) == (2, source.mapping_id)
    assert db.session.get(MappingDraft, source.id) is None
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mapping_saved")).one()
    assert entry.detail == {"version": 2, "before": 1, "changes": 1}


def test_with_another_id_the_feed_is_read_again(agent: FlaskClient, source: Source) -> None:
    connect(agent, source, "ref", "id")
    assert "reads the feed again" in plain(agent.get(studio(source, "/save")).text)
    send(agent, source, studio(source, "/save"))
    assert db.session.scalars(select(Run)).one().trigger == Trigger.MANUAL


def test_a_draft_without_a_price_is_not_saved(agent: FlaskClient, source: Source) -> None:
    for address in ("deals.0.amount", "deals.0.on_request"):
        send(agent, source, field(source, address), do="remove")
    text = plain(agent.get(studio(source)).text)
    assert "One required field is not filled" in text
    answer = send(agent, source, studio(source, "/save"))
    assert answer.status_code == 422
    assert "Nothing fills the price of an offer." in plain(answer.text)
    assert source.mapping_id == db.session.scalars(select(Mapping)).one().id


def test_a_draft_is_tried_over_the_stored_records_before_it_is_saved(
    agent: FlaskClient, source: Source
) -> None:
    connect(agent, source, "ref", "location.district")
    answer = send(agent, source, studio(source, "/try"))
    assert answer.location.endswith(studio(source, "/save"))
    trial = db.session.scalars(select(Trial)).one()
    assert trial.kind == TrialKind.DRY_REMAP
    assert trial.document == document(source)
    assert f"/trials/{trial.id}/progress" in agent.get(studio(source, "/save")).text


def test_discarding_asks_first(agent: FlaskClient, source: Source) -> None:
    connect(agent, source, "ref", "location.district")
    assert "One change is lost." in plain(agent.get(studio(source, "/discard")).text)
    assert db.session.get(MappingDraft, source.id) is not None
    agent.post(studio(source, "/discard"))
    db.session.expire_all()
    assert db.session.get(MappingDraft, source.id) is None


def test_in_the_set_up_the_steps_go_on_instead_of_saving(
    agent: FlaskClient, agency: Agency, user: User
) -> None:
    source = set_up.make_setup(agency, user)
    set_up.make_draft(source, user)
    db.session.commit()
    text = agent.get(studio(source)).text
    assert "Next: values" in text
    assert studio(source, "/save") not in text
    connect(agent, source, "ref", "location.district")
    assert document(source)["fields"]["location.district"] == {"path": "ref"}
    assert agent.get(studio(source, "/save")).location.endswith(studio(source))


def test_a_source_without_a_mapping_is_led_to_where_one_is_made(
    agent: FlaskClient, agency: Agency, user: User
) -> None:
    source = set_up.make_setup(agency, user)
    db.session.commit()
    assert agent.get(studio(source)).location.endswith(f"/sources/{source.id}/setup")


def test_a_viewer_sees_the_mapping_and_no_way_to_change_it(
    client: FlaskClient, source: Source, agency: Agency
) -> None:
    log_in(client, make_user("vera@lantana.example", "Vera Lund", Role.VIEWER, agency))
    text = client.get(field(source, "location.city")).text
    assert "Puerto Lirio" in text
    assert 'form="connect"' not in text
    assert re.search(r'<fieldset class="bare" disabled>', text)


def test_a_source_without_a_sample_is_mapped_by_typed_paths(
    agent: FlaskClient, agency: Agency
) -> None:
    source = factories.make_source(agency, "Faro Export")
    db.session.commit()
    assert "No records to show yet" in agent.get(studio(source)).text
    send(agent, source, field(source, "location.district"), path="area")
    assert document(source)["fields"]["location.district"] == {"path": "area"}


def test_every_shipped_mapping_can_be_looked_at(agent: FlaskClient, source: Source) -> None:
    assert source.mapping is not None
    for name in preset_names():
        source.mapping.document = as_data(load_preset(name))
        db.session.commit()
        assert agent.get(studio(source)).status_code == 200, name
