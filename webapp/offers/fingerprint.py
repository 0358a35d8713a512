"""Short hashes that say whether a record or an offer is the same as last time."""

from collections.abc import Mapping
from typing import Any

import orjson
import xxhash


def record_fingerprint(record: bytes) -> bytes:
    """16 bytes over a record as it stands in the feed."""
    return xxhash.xxh3_128_digest(record)


def content_hash(offer: Mapping[str, Any]) -> bytes:
    """16 bytes over an offer, the same before and after a JSONB column reorders its keys."""
    return xxhash.xxh3_128_digest(orjson.dumps(offer, option=orjson.OPT_SORT_KEYS))
