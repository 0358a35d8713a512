"""An XML element as plain data: the innermost loop of reading, for feeds and webhooks alike."""

from functools import lru_cache
from html import unescape
from typing import Any

from lxml import etree

from webapp.bodies.record import Record

MOST_ATTRIBUTES = 1_000


def record_dict(element: Any) -> Record:
    """The record as plain data: `@name` for attributes, `#text` beside them, lists for repeats."""
    value = value_of(element)
    if isinstance(value, dict):
        return value
    return {"#text": value} if value else {}


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """Without the namespace; also without a prefix that the document never declared."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def attributes_of(element: Any) -> list[tuple[str, str]]:
    """The first of them only where there are absurdly many: lxml's time grows with their square."""
    names = element.keys()
    if not names:
        return []
    if len(names) <= MOST_ATTRIBUTES:
        return list(element.items())
    return [(name, element.get(name)) for name in names[:MOST_ATTRIBUTES]]


def value_of(element: Any) -> str | Record:
    """The text of a leaf; of anything else what `record_dict` describes."""
    text: str = element.text or ""
    # Asked here as well: most elements have none, and this is the innermost loop of reading.
    has_attributes = bool(element.keys())
    if not has_attributes and not len(element):
        return text.strip()
    record: Record = {}
    if has_attributes:
        record = {"@" + local_name(name): value for name, value in attributes_of(element)}
    for child in element:
        tag = child.tag
        tail = child.tail
        if type(tag) is not str:
            if tag is etree.Entity:
                # A name that HTML knows; any other stays as it is written.
                text += unescape(child.text)
            if tail:
                text += tail
            continue
        name = local_name(tag)
        value = value_of(child)
        if name not in record:
            record[name] = value
        elif type(record[name]) is list:
            record[name].append(value)
        else:
            record[name] = [record[name], value]
        if tail and not tail.isspace():
            text = f"{text.rstrip()} {tail.lstrip()}"
    text = text.strip()
    if not record:
        return text
    if text:
        record["#text"] = text
    return record
