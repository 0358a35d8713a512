import json
from typing import Any

from webapp.offers.fingerprint import content_hash, record_fingerprint

OFFER: dict[str, Any] = {"external_id": "1", "areas": {"built": 120.5, "plot": 500}, "extra": {}}


def test_a_fingerprint_has_sixteen_bytes_and_follows_every_byte() -> None:
    assert len(record_fingerprint(b"<property/>")) == 16
    assert record_fingerprint(b"<property/>") == record_fingerprint(b"<property/>")
    assert record_fingerprint(b"<property/>") != record_fingerprint(b"<property />")


def test_the_content_hash_survives_a_json_column_that_reorders_keys() -> None:
    shuffled = json.loads(json.dumps(OFFER, sort_keys=True))
    assert list(shuffled) != list(OFFER)
    assert content_hash(shuffled) == content_hash(OFFER)


def test_the_content_hash_follows_every_value() -> None:
    assert content_hash(OFFER) != content_hash(OFFER | {"areas": {"built": 120.5, "plot": 501}})
    assert content_hash(OFFER) != content_hash(OFFER | {"rooms": None})
