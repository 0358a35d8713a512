"""Parts of a cell: cut at a separator, found or replaced by a pattern, picked by number."""

from typing import Any

from webapp.offers.patterns import Pattern, compiled_pattern, searchable
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.texts import plain_string
from webapp.offers.transforms.words import one_line


def split(value: Any, *, separator: str = ",") -> list[str]:
    """Several values in one cell.

    :raise BadValue: bad_value
    """
    text = plain_string(value)
    parts = text.split(separator) if separator else text.split()
    return [part.strip() for part in parts if part.strip()]


def item(value: Any, *, index: int = 0) -> Any:
    """One of several values, counted from 0, or from the end with -1; nothing beyond them."""
    values = value if isinstance(value, list) else [value]
    return values[index] if -len(values) <= index < len(values) else None


def extract(value: Any, *, pattern: Pattern = ".+", group: int | None = None) -> str | None:
    """What the pattern, or its first group, finds in a line; nothing where it finds none.

    :raise BadValue: bad_value
    """
    compiled = compiled_pattern(pattern)
    found = compiled.search(searchable(one_line(plain_string(value))))
    if found is None:
        return None
    chosen = min(compiled.groups, 1) if group is None else group
    part = found[chosen] if 0 <= chosen <= compiled.groups else None
    return (part or "").strip() or None


def replace(value: Any, *, pattern: Pattern = "^$", with_: str = "") -> str | None:
    r"""Every match of the pattern replaced; `\\1` stands for its first group.

    :raise BadValue: bad_value
    """
    text = searchable(plain_string(value))
    try:
        replaced: str = compiled_pattern(pattern).sub(with_, text)
    except (IndexError, ValueError, UnicodeError):
        # A group that the pattern has not.
        raise BadValue("bad_value") from None
    return replaced or None
