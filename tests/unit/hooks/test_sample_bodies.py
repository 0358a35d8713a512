"""The body that vendors begin with is one that the source's own settings can read."""

from typing import Any

import pytest

from webapp.bodies.reader import BodyReader
from webapp.hooks.examples import sample_body
from webapp.hooks.examples.body import ID
from webapp.offers.identity import external_id
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import load_preset, preset_names
from webapp.webhooks import WebhookSettings

IDS = {"shape": "ids", "detail_url": "https://api.example/{id}"}


def document(path: str, **reading: Any) -> MappingDocument:
    return MappingDocument.model_validate(
        {"format": 1, "name": "own", "id": [path], "reading": {"container": "json"} | reading}
    )


def ids_read(settings: WebhookSettings, mapping: MappingDocument) -> list[str]:
    sample = sample_body(settings, mapping)
    records = BodyReader(settings, mapping).records(sample.text.encode(), sample.content_type)
    return [external_id(record, mapping) for record in records]


@pytest.mark.parametrize("path", ["id", "offer.ref", "@id", "listing.@ref"])
@pytest.mark.parametrize("records_at", ["", "data", "data.offers"])
def test_a_json_sample_is_read_as_one_record(path: str, records_at: str) -> None:
    assert ids_read(WebhookSettings(records_at=records_at), document(path)) == [ID]


@pytest.mark.parametrize("path", ["id", "@id", "agency.@ref"])
def test_an_xml_sample_is_read_as_one_record(path: str) -> None:
    mapping = document(path, container="xml", record_paths=["feed/offers/offer"])
    assert sample_body(WebhookSettings(), mapping).content_type == "application/xml"
    assert ids_read(WebhookSettings(), mapping) == [ID]


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_has_a_sample(name: str) -> None:
    assert ID in sample_body(WebhookSettings(version_at="changed"), load_preset(name)).text


@pytest.mark.parametrize("path", ["ids", "data.changed"])
def test_a_sample_of_ids_names_an_offer(path: str) -> None:
    settings = WebhookSettings.model_validate(IDS | {"ids_at": path})
    sample = sample_body(settings, None)
    changed = BodyReader(settings, None).changed(sample.text.encode(), sample.content_type)
    assert changed.ids == [ID]


def test_a_ring_needs_no_mapping() -> None:
    assert sample_body(WebhookSettings(shape="ring"), None).content_type == "application/json"
