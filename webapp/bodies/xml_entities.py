"""Declares names of characters that XML does not know, such as `&nbsp;`, so that a document that
uses them can be parsed."""

import re
from collections.abc import Iterable
from functools import cache
from html.entities import name2codepoint

_KNOWN_TO_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_REFERENCE = re.compile(rb"&([A-Za-z_][\w.-]{0,60});")


@cache
def character_names() -> bytes:
    """All that HTML knows: PHP programs write them."""
    return _doctype(name for name in name2codepoint if name not in _KNOWN_TO_XML)


def names_used_in(content: bytes) -> bytes:
    """Those of one piece of a document; empty when it uses none."""
    names = {name.decode() for name in _REFERENCE.findall(content)} - _KNOWN_TO_XML
    return _doctype(sorted(names)) if names else b""


def _doctype(names: Iterable[str]) -> bytes:
    """On one line, so that no line number of the document changes."""
    entities = "".join(f'<!ENTITY {name} "{_value(name)}">' for name in names)
    return f"<!DOCTYPE feed [{entities}]>".encode()


def _value(name: str) -> str:
    code = name2codepoint.get(name)
    # Any other name stands for itself.
    return f"&#{code};" if code else f"&#38;#38;{name};"
