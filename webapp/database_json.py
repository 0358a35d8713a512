"""How JSON columns are written and read: orjson, several times the speed of the standard one."""

from typing import Any

import orjson


def json_dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def json_loads(text: str | bytes) -> Any:
    return orjson.loads(text)
