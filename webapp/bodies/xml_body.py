"""XML out of a body: nothing is ever fetched, and no entity is let grow."""

import re
from typing import Any

from lxml import etree

from webapp.bodies.json_values import MOST_PARTS
from webapp.bodies.unreadable import UnreadableBody
from webapp.bodies.xml_entities import names_used_in

_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_Codes = etree.ErrorTypes


def xml_root_in(text: str) -> Any:
    """The outermost element.

    :raise UnreadableBody: it is no XML, or not to be trusted
    """
    content = _DECLARATION.sub("", text).strip().encode()
    if sum(map(content.count, (b"<", b"=", b"&"))) > MOST_PARTS:
        raise UnreadableBody(
            "too_many_parts",
            f"The body holds more than {MOST_PARTS:,} elements and attributes. Send fewer records "
            "at once.",
        )
    if b"<!DOCTYPE" not in content:
        content = names_used_in(content) + content
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from None


def _refusal(error: etree.XMLSyntaxError) -> UnreadableBody:
    if error.code == _Codes.ERR_ENTITY_LOOP or "amplification" in error.msg:
        return UnreadableBody(
            "entity_bomb", "The body's entities grow far beyond its size. It was not read."
        )
    if "Excessive depth" in error.msg:
        return UnreadableBody("too_deep", "The body is nested more than 255 levels deep.")
    said = error.msg.partition(", line ")[0]
    return UnreadableBody(
        "not_xml", f"The body is not well-formed XML: {said}, at line {error.lineno or 1}."
    )
