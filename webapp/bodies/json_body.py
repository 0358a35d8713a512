"""JSON out of a body: one document, or one a line."""

from typing import Any

from webapp.bodies.json_values import (
    DECODER,
    MOST_LEVELS,
    MOST_PARTS,
    JSONDecodeError,
    levels_exceed,
    parts_exceed,
    storable,
)
from webapp.bodies.unreadable import UnreadableBody

_BLANK = " \t\r\n"


def json_in(text: str) -> Any:
    """Several documents become a list of them.

    :raise UnreadableBody: it is no JSON, or too deep or too large for a record
    """
    if parts_exceed(text):
        raise UnreadableBody(
            "too_many_parts",
            f"The body holds more than {MOST_PARTS:,} values. Send fewer records at once.",
        )
    try:
        documents = _documents(text)
    except RecursionError:
        raise _too_deep() from None
    except JSONDecodeError as error:
        raise UnreadableBody(
            "not_json",
            f"The body is not well-formed JSON: {error.msg.rstrip(':')}, at line {error.lineno}, "
            f"column {error.colno}.",
        ) from None
    content = documents[0] if len(documents) == 1 else documents
    if levels_exceed(content, text):
        raise _too_deep()
    return storable(content, text)


def _documents(text: str) -> list[Any]:
    documents: list[Any] = []
    place = _next(text, 0)
    while place < len(text):
        document, place = DECODER.raw_decode(text, place)
        documents.append(document)
        place = _next(text, place)
    return documents


def _next(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _too_deep() -> UnreadableBody:
    return UnreadableBody("too_deep", f"The body is nested more than {MOST_LEVELS} levels deep.")
