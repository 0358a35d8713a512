"""Which parts of an offer come from a path of the record."""

from typing import Any

from webapp.offers.drift import reads, used_paths
from webapp.offers.mapping_document import MappingDocument

NOTHING: dict[str, Any] = {
    "id": (), "withdrawn_when": (), "skip_when": (), "fields": {}, "deals": (), "texts": (),
    "features": (), "media": (),
}  # fmt: skip


def fields_reading(document: MappingDocument, path: str) -> list[str]:
    """Names of fields, `id`, and names of lists such as `media`."""
    parts: list[tuple[str, dict[str, Any]]] = [("id", {"id": document.id})]
    parts += [(field, {"fields": {field: rules}}) for field, rules in document.fields.items()]
    parts += [
        (name, {name: getattr(document, name)}) for name in ("deals", "texts", "features", "media")
    ]
    return [
        name
        for name, part in parts
        if reads(used_paths(document.model_copy(update={**NOTHING, **part})), path)
    ]
