"""The fields of a form as a record, nested as PHP and Ruby write them: `offer[rooms][]=2`."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from webapp.bodies.record import Record
from webapp.bodies.unreadable import UnreadableBody

NamedValue = tuple[str, str]

MOST_FIELDS = 5_000
MOST_LEVELS = 10
# A field that holds the whole message instead: GitHub's `payload`.
_WHOLE = ("payload", "data", "json", "xml", "body", "message")
_KEYS = re.compile(r"\[([^\[\]]*)\]")


def pairs_in(text: str) -> list[NamedValue]:
    """:raise UnreadableBody: there are too many"""
    try:
        return parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise too_many_fields() from None


def too_many_fields() -> UnreadableBody:
    return UnreadableBody(
        "too_many_parts",
        f"The body is a form of more than {MOST_FIELDS:,} fields. Send fewer records at once.",
    )


def record_of(pairs: Iterable[NamedValue]) -> Record:
    record: Record = {}
    for name, value in pairs:
        _put(record, _keys(name.replace("\0", "")), value.replace("\0", ""))
    return record


def whole_message(fields: Record) -> str | None:
    """The text of the one field that holds JSON or XML, where a form has nothing else of use."""
    for name in _WHOLE:
        value = fields.get(name)
        if type(value) is str and value.lstrip()[:1] in ("{", "[", "<"):
            return value
    return None


def _keys(name: str) -> list[str]:
    first, bracket, rest = name.partition("[")
    keys = _KEYS.findall(bracket + rest)
    return [first, *keys[: MOST_LEVELS - 1]] if first else [name]


def _put(record: Record, keys: list[str], value: str) -> None:
    """A repeated name is a list, also where it ends with `[]`."""
    is_list = keys[-1] == "" and len(keys) > 1
    *way, last = keys[:-1] if is_list else keys
    for key in way:
        inner = record.setdefault(key, {})
        if type(inner) is not dict:
            inner = record[key] = {"#text": inner}
        record = inner
    if last not in record:
        record[last] = [value] if is_list else value
    elif type(record[last]) is list:
        record[last].append(value)
    else:
        record[last] = [record[last], value]
