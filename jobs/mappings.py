"""Compiled mappings, kept in each worker: applying an offer asks nobody for its rules.

A mapping never changes, so its id is its version: a compiled one stays right for as long as the
worker lives, and its document stays right in Valkey. PostgreSQL is asked once a mapping.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

import orjson
from redis.exceptions import RedisError
from sqlalchemy import select

from jobs.formats.record import Record
from webapp import queues
from webapp.extensions import db
from webapp.models import Mapping
from webapp.offers.mapping import Mapped, MappingDocument, compile_mapping

CACHED_SECONDS = 7 * 86_400
# Raised by every migration that rewrites stored mappings: Valkey has them as they were before.
DOCUMENT_FORMAT = 2


@lru_cache(maxsize=256)
def compiled_mapping(mapping_id: int) -> Callable[[Record], Mapped]:
    return compile_mapping(mapping_document(mapping_id))


@lru_cache(maxsize=256)
def mapping_document(mapping_id: int) -> MappingDocument:
    """:raise LookupError: when there is no such mapping."""
    key = f"offerdock:mapping:{DOCUMENT_FORMAT}:{mapping_id}"
    try:
        cached = queues.valkey().get(key)
    except RedisError:
        cached = None
    if cached is None:
        document = db.session.scalar(select(Mapping.document).where(Mapping.id == mapping_id))
        if document is None:
            raise LookupError(f"Mapping {mapping_id} does not exist.")
        cached = orjson.dumps(document)
        with suppress(RedisError):
            queues.valkey().set(key, cached, ex=CACHED_SECONDS)
    return MappingDocument.model_validate_json(cached)
