"""Tells a JSON document from JSON lines, and a feed from a server's error message."""

import re
from json import JSONDecodeError, loads
from typing import Any, Literal

_LONGEST_MESSAGE = 4_000
_OBJECT_OR_LIST = re.compile(r'\{\s*["}]|\[\s*(?:["\[{\]\d-]|true|false|null|NaN)|[{\[]\s*\Z')
_LINE_OF_OBJECT = re.compile(r"[ \t]*\{.*\}[ \t]*\r?(?:\n|\Z)")
_NEXT_LINE = re.compile(r'\s*\{\s*"')
_ERROR_NAMES = ("error", "errors", "fault", "exception", "error_message", "errormessage")


def sniff_json(text: str) -> Literal["json", "jsonl"] | None:
    """`text` begins with the first character that counts."""
    if not _OBJECT_OR_LIST.match(text):
        return None
    line = _LINE_OF_OBJECT.match(text)
    return "jsonl" if line and _NEXT_LINE.match(text, line.end()) else "json"


def said_error(text: str) -> str:
    """The words of a small document that is nothing but an error message; else empty."""
    if len(text) > _LONGEST_MESSAGE:
        return ""
    try:
        document = loads(text)
    except (JSONDecodeError, RecursionError):
        return ""
    if not isinstance(document, dict) or _has_records(document):
        return ""
    members = {name.lower(): value for name, value in document.items()}
    said = next((members[name] for name in _ERROR_NAMES if members.get(name)), None)
    if said is None and (members.get("success") is False or members.get("status") == "error"):
        said = members.get("message") or document
    if isinstance(said, dict):
        said = said.get("message") or said
    return str(said) if said else ""


def _has_records(document: dict[str, Any]) -> bool:
    return any(
        isinstance(value, list) and value and isinstance(value[0], dict)
        for name, value in document.items()
        if name.lower() not in _ERROR_NAMES
    )
