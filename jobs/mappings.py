"""Compiled mappings, kept in each worker: applying an offer asks nobody for its rules.

A mapping never changes, so its id is its version: a compiled one stays right for as long as the
worker lives, and its document stays right in Valkey. What people decide about a source's values
has a version of its own. PostgreSQL is asked once for each.
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
from webapp.offers.steps import ValueTables
from webapp.services.value_decisions import value_tables

CACHED_SECONDS = 7 * 86_400
# Raised by every migration that rewrites stored mappings: Valkey has them as they were before.
DOCUMENT_FORMAT = 2


@lru_cache(maxsize=256)
def compiled_mapping(
    mapping_id: int, source_id: int, values_version: int
) -> Callable[[Record], Mapped]:
    """With what people of the source have decided about the vendor's words."""
    return compile_mapping(mapping_document(mapping_id), decided_values(source_id, values_version))


@lru_cache(maxsize=256)
def mapping_document(mapping_id: int) -> MappingDocument:
    """:raise LookupError: when there is no such mapping."""
    key = f"offerdock:mapping:{DOCUMENT_FORMAT}:{mapping_id}"
    return MappingDocument.model_validate_json(_kept(key, lambda: _stored(mapping_id)))


def _stored(mapping_id: int) -> bytes:
    document = db.session.scalar(select(Mapping.document).where(Mapping.id == mapping_id))
    if document is None:
        raise LookupError(f"Mapping {mapping_id} does not exist.")
    return orjson.dumps(document)


def decided_values(source_id: int, version: int) -> ValueTables:
    """The source's own tables, of the version or of a later one."""
    if version == 0:
        return {}
    key = f"offerdock:values:{source_id}:{version}"
    tables: ValueTables = orjson.loads(_kept(key, lambda: orjson.dumps(value_tables(source_id))))
    return tables


def _kept(key: str, make: Callable[[], bytes]) -> bytes:
    """What Valkey has under the key, or what is made and put there; without Valkey it is made."""
    try:
        kept: bytes | None = queues.valkey().get(key)  # type: ignore[assignment]
    except RedisError:
        kept = None
    if kept is None:
        kept = make()
        with suppress(RedisError):
            queues.valkey().set(key, kept, ex=CACHED_SECONDS)
    return kept
