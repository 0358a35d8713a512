"""A short hash that says whether an offer is the same as last time."""

from collections.abc import Mapping
from typing import Any

import orjson
import xxhash


def sorted_json(offer: Mapping[str, Any]) -> bytes:
    """One form for equal offers, also when a JSONB column has reordered their keys."""
    return orjson.dumps(offer, option=orjson.OPT_SORT_KEYS)


def content_hash(offer_json: bytes) -> bytes:
    """16 bytes over an offer in its sorted form."""
    return xxhash.xxh3_128_digest(offer_json)
