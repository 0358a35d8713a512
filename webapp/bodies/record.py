"""What everything that reads makes of one raw item."""

from typing import Any

Record = dict[str, Any]
"""A record as plain data: `@name` for attributes, `#text` beside them, lists for repeats."""
