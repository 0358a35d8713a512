"""A small body of the shape and kind that a webhook expects, to begin with."""

import json
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import is_plain
from webapp.webhooks import WebhookSettings

ID = "1042"
CHANGED = "2026-05-31T14:30:00Z"


class SampleBody(NamedTuple):
    text: str
    content_type: str


def sample_body(settings: WebhookSettings, document: MappingDocument | None) -> SampleBody:
    """`document`: of the source's mapping; None while it has none."""
    if settings.shape == "ring":
        return _json({"event": "offers.changed"})
    if settings.shape == "ids":
        return _json(_at(settings.ids_at or "ids", [ID]))
    record = _at(document.id[0] if document and document.id else "id", ID)
    if settings.version_at:
        record |= _at(settings.version_at, CHANGED)
    if document is not None and document.reading.container == "xml":
        path = settings.records_at or next(iter(document.reading.record_paths), "")
        names = [name if name != "*" else "offer" for name in path.split("/") if name]
        return SampleBody(_xml(names or ["offer"], record), "application/xml")
    return _json(_at(settings.records_at, [record]) if settings.records_at else [record])


def _json(content: Any) -> SampleBody:
    return SampleBody(json.dumps(content), "application/json")


def _at(path: str, value: Any) -> dict[str, Any]:
    """The value, where a plain path finds it; under "id" for any other."""
    words = path.replace("/", ".").split(".") if is_plain(path) else []
    for name in reversed([word for word in words if word] or ["id"]):
        value = {name: value}
    at: dict[str, Any] = value
    return at


def _xml(names: list[str], content: Any) -> str:
    """The content in elements of these names; `@name` is an attribute of what it is in."""
    inner, attributes = content, ""
    if isinstance(content, dict):
        attributes = "".join(
            f" {name[1:]}={quoteattr(at)}"
            for name, at in content.items()
            if name.startswith("@") and isinstance(at, str)
        )
        inner = "".join(
            _xml([name], at) for name, at in content.items() if not name.startswith("@")
        )
    else:
        inner = escape(str(content))
    *outer, innermost = names
    written = f"<{innermost}{attributes}>{inner}</{innermost}>"
    for name in reversed(outer):
        written = f"<{name}>{written}</{name}>"
    return written
