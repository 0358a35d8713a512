"""Equal offers have equal hashes, different ones don't."""

import json
from typing import Any

from webapp.offers.fingerprint import content_hash, sorted_json

OFFER: dict[str, Any] = {"external_id": "1", "areas": {"built": 120.5, "plot": 500}, "extra": {}}


def test_the_content_hash_survives_a_json_column_that_reorders_keys() -> None:
    shuffled = json.loads(json.dumps(OFFER, sort_keys=True))
    assert list(shuffled) != list(OFFER)
    assert content_hash(sorted_json(shuffled)) == content_hash(sorted_json(OFFER))


def test_the_content_hash_follows_every_value() -> None:
    other_plot = OFFER | {"areas": {"built": 120.5, "plot": 501}}
    other_field = OFFER | {"rooms": None}
    hashes = {content_hash(sorted_json(offer)) for offer in (OFFER, other_plot, other_field)}
    assert len(hashes) == 3
