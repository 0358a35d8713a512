"""Many rows in one JSON parameter, for `json_to_recordset`: arrays of texts cost psycopg, which
escapes them in Python, more than the database needs to write them."""

from collections.abc import Sequence
from typing import Any

import orjson


def json_rows(rows: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def bytea(value: bytes) -> str:
    """Bytes in the text form that PostgreSQL reads."""
    return f"\\x{value.hex()}"


def storable(node: Any) -> Any:
    """A copy without what PostgreSQL's JSON has no room for: vendors' texts hold NULs and halves
    of characters."""
    if isinstance(node, str):
        return node.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(node, dict):
        return {storable(key): storable(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [storable(item) for item in node]
    return node
