"""Which of a record's paths a mapping uses."""

from typing import Any

import pytest

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.used_paths import CONDITION, ID, UsedPaths

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "name": "harbour",
    "reading": {"container": "xml", "record_paths": ["/root/home"]},
    "id": ["id"],
    "skip_when": [{"path": "hidden", "exists": True}],
    "fields": {
        "url": {"paths": ["link.en", "links.*"]},
        "reference": [{"path": "ref.#text"}, {"path": '"Ref (own)"'}],
        "areas.built": {"path": "size", "unit": "size_unit"},
    },
    "deals": [{"fields": {"amount": {"path": "price", "when": {"path": "sold", "exists": False}}}}],
    "texts": [{"by_language": {"description": "desc"}}],
    "media": [
        {"each": ["images.image"], "fields": {"url": {"path": "url"}, "caption": {"path": "@alt"}}},
        {"each": ["[photo1, photo2]"], "fields": {"url": {"path": "."}}},
    ],
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("id", [ID]),
        ("hidden", [CONDITION]),
        ("link.en", ["url"]),
        ("link.es", []),
        ("links.es", ["url"]),
        ("ref", ["reference"]),
        ('"Ref (own)"', ["reference"]),
        ("size_unit", ["areas.built"]),
        ("price", ["deals.0.amount"]),
        ("sold", [CONDITION]),
        ("desc.en", ["texts.0.description"]),
        ("images.image.url", ["media.0.url"]),
        ("images.image.@alt", ["media.0.caption"]),
        ("images.image.size", []),
        ("photo2", ["media.1.url"]),
        ("town", []),
    ],
)
def test_a_path_leads_to_what_it_fills(path: str, places: list[str]) -> None:
    assert UsedPaths(MappingDocument.model_validate(DOCUMENT)).places(path) == places
