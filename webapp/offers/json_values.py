"""Values of any shape made fit for a JSON column: what a mapping keeps of the vendor's own."""

import math
from typing import Any

from webapp.offers.problems import storable_text

MAX_DEPTH = 8
# Beyond these a JSON reader may lose digits.
SAFE_INTEGER = 2**53


def json_value(value: Any, depth: int = 0) -> Any:
    """Finite numbers and storable texts only; what lies too deep is left out."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {storable_text(key): json_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item, depth + 1) for item in value]
    return storable_text(value)
