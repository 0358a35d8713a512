"""Mappings shared as presets of an agency: shared, listed, renamed, deleted."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import Agency, OwnPreset, Role, Source
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import preset_names
from webapp.queries.presets import own_presets, shipped_presets


@pytest.fixture
def source(agency: Agency) -> Source:
    source = factories.make_source(agency)
    db.session.commit()
    return source


def the_preset() -> OwnPreset:
    db.session.expire_all()
    return db.session.scalars(select(OwnPreset)).one()


def test_a_shared_mapping_is_a_preset_of_the_agency_under_a_name_of_its_own(
    agent: FlaskClient, source: Source, agency: Agency
) -> None:
    answer = agent.post(f"/sources/{source.id}/share", data={"title": "OpenImmo"})
    assert answer.location == "/presets"
    preset = the_preset()
    assert (preset.title, preset.slug) == ("OpenImmo", "openimmo-2")
    document = MappingDocument.model_validate(preset.document)
    assert source.mapping is not None
    assert document.fields == MappingDocument.model_validate(source.mapping.document).fields
    assert (document.name, document.title) == ("openimmo-2", "OpenImmo")
    assert own_presets(agency) == [preset]
    page = agent.get("/presets").text
    assert "Inés Valdemar" in page
    assert "OpenImmo is a preset of the agency now." in page
    assert (
        "Shared the mapping as the preset OpenImmo"
        in agent.get(f"/sources/{source.id}/activity").text
    )


def test_a_title_is_given_once(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/share", data={"title": "Harbour homes"})
    again = agent.post(f"/sources/{source.id}/share", data={"title": "Harbour homes"})
    assert again.status_code == 422
    assert "There is a preset of this name already" in again.text
    nameless = agent.post(f"/sources/{source.id}/share", data={"title": " "})
    assert nameless.status_code == 422
    agent.post(f"/sources/{source.id}/share", data={"title": "Coast"})
    coast = db.session.scalars(select(OwnPreset).where(OwnPreset.title == "Coast")).one()
    taken = agent.post(f"/presets/{coast.id}/rename", data={"title": "Harbour homes"})
    assert taken.status_code == 422


def test_a_preset_is_renamed_and_deleted(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/share", data={"title": "Harbour homes"})
    id = the_preset().id
    assert 'value="Harbour homes"' in agent.get(f"/presets/{id}/rename").text
    agent.post(f"/presets/{id}/rename", data={"title": "Harbour <b>houses</b>"})
    assert the_preset().title == "Harbour <b>houses</b>"
    assert the_preset().document["title"] == "Harbour <b>houses</b>"
    assert "<b>houses</b>" not in agent.get("/presets").text
    assert "Sources that began with it keep" in agent.get(f"/presets/{id}/delete").text
    agent.post(f"/presets/{id}/delete")
    assert db.session.scalars(select(OwnPreset)).all() == []
    assert source.mapping is not None


def test_a_source_without_a_mapping_has_nothing_to_share(
    agent: FlaskClient, source: Source
) -> None:
    source.mapping_id = None
    db.session.commit()
    answer = agent.post(f"/sources/{source.id}/share", data={"title": "Harbour homes"})
    assert answer.status_code == 303
    assert db.session.scalars(select(OwnPreset)).all() == []


def test_presets_of_another_agency_are_not_listed(
    client: FlaskClient, agent: FlaskClient, source: Source
) -> None:
    agent.post(f"/sources/{source.id}/share", data={"title": "Harbour homes"})
    assert "Harbour homes" in agent.get("/presets").text
    log_in(client, make_user("eva@faro.example", "Eva Faro", agency=make_agency("Faro Estates")))
    page = client.get("/presets").text
    assert "Harbour homes" not in page
    assert "No own preset yet" in page


def test_known_formats_are_listed_for_everyone(client: FlaskClient, agency: Agency) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    page = client.get("/presets").text
    for words in ("Kyero v3", "/root/property", "XML"):
        assert words in page
    kyero = next(preset for preset in shipped_presets() if preset.name == "kyero_v3")
    assert kyero.fields > 10


def test_no_preset_is_taken_for_a_proposal_by_its_name(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/share", data={"title": "Proposed"})
    assert db.session.scalars(select(OwnPreset.slug)).one() not in ("proposed", *preset_names())
