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
