"""What a body is, whatever it is called: JSON, XML, or a form, which may hold either."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from webapp.bodies.form_body import NamedValue, pairs_in, record_of, whole_message
from webapp.bodies.json_body import json_in
from webapp.bodies.multipart_body import form_in
from webapp.bodies.text_of_body import text_of_body, unpacked
from webapp.bodies.unreadable import UnreadableBody
from webapp.bodies.xml_body import xml_root_in
from webapp.bodies.xml_element import record_dict

IN_PARTS = "multipart/form-data"
_OPENING = ("{", "[")


class Content(NamedTuple):
    """A body that was understood: JSON as it is, XML by its outermost element."""

    json: Any
    xml: Any
    xml_file: bytes = b""
    """Unpacked, and out of the form that it came in."""

    def as_record(self) -> Any:
        """As paths see it: of XML what is in the outermost element, as in a feed's header."""
        return self.json if self.xml is None else record_dict(self.xml)


def content_of(body: bytes, content_type: str) -> Content:
    """What it looks like counts more than what it is called: many senders call JSON a form.

    :raise UnreadableBody:
    """
    body = unpacked(body)
    if _kind(content_type) != IN_PARTS or not body.lstrip().startswith(b"--"):
        return _content_of_text(body, content_type)
    form = form_in(body, content_type)
    if (file := form.message()) is not None:
        return _content_of_text(bytes(file.content), file.content_type)
    return _content_of_fields(form.fields)


def _content_of_text(body: bytes, content_type: str) -> Content:
    body = unpacked(body)
    text, kind = text_of_body(body, content_type), _kind(content_type)
    looks = text.lstrip()[:1]
    if looks == "<":
        return Content(None, xml_root_in(text), body)
    if looks in _OPENING or "json" in kind:
        return Content(json_in(text), None)
    if "xml" in kind:
        raise UnreadableBody("not_xml", "The body is not XML: it does not begin with “<”.")
    if kind == "application/x-www-form-urlencoded" or ("=" in text and "\n" not in text.strip()):
        return _content_of_fields(pairs_in(text))
    raise UnreadableBody(
        "unknown_kind",
        "The body is neither JSON nor XML nor a form. Send JSON, with Content-Type: "
        "application/json.",
    )


def _content_of_fields(pairs: Sequence[NamedValue]) -> Content:
    fields = record_of(pairs)
    whole = whole_message(fields)
    return Content(fields, None) if whole is None else _content_of_text(whole.encode(), "")


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
