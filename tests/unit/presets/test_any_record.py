"""Whatever a vendor puts where a preset looks, a valid offer or nothing comes out."""

import json
import re
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.offers.canonical import canonical_json, canonical_offer
from webapp.offers.mapping import RecordMapper, compile_mapping
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import load_preset, preset_names

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
WORDS = st.sampled_from(["1", "0", "250.000", "sale", "EUR", "2026-05-31", "http://a.example/1"])
NAMES = st.sampled_from(["#text", "@id", "@unit", "url", "value", "item", "en"])
NODES = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@cache
def compiled(name: str) -> tuple[list[str], RecordMapper]:
    document = load_preset(name)
    return names_in(document), compile_mapping(document)


def names_in(document: MappingDocument) -> list[str]:
    """The names of the record's own fields, as the document's paths mention them."""
    dumped = json.dumps(document.model_dump(mode="json", by_alias=True), ensure_ascii=False)
    paths = re.findall(r'"paths?": "([^"]+)"', dumped)
    paths += [
        path
        for each in re.findall(r'"(?:paths|each)": \[([^\]]*)\]', dumped)
        for path in re.findall(r'"([^"]+)"', each)
    ]
    return sorted({path.split(".")[0] for path in paths if re.match(r"[\w@-]", path)})


@pytest.mark.parametrize("name", preset_names())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_record_breaks_a_preset(name: str, data: st.DataObject) -> None:
    names, map_record = compiled(name)
    record: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(names), NODES, max_size=12))
    offer, _ = canonical_offer(map_record(record).offer)
    if offer is not None:
        stored = orjson.loads(canonical_json(offer))
        assert stored == offer
        assert "\\u0000" not in json.dumps(stored)
