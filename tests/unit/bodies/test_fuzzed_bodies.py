"""Whatever is sent is cut into records that can be stored, or refused with a reason."""

import random
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.deliveries import MAPPING, record
from webapp.bodies.reader import BodyReader
from webapp.bodies.unreadable import UnreadableBody
from webapp.webhooks import WebhookSettings

BODIES = (
    orjson.dumps({"event": "changed", "n": 1.5e30, "data": {"offers": [record("A"), record("B")]}}),
    orjson.dumps(record("A1")) + b"\n" + orjson.dumps(record("A2")),
    '<?xml version="1.0" encoding="windows-1252"?><m a="1"><!-- c --><o><id>A1</id><t>ñ&nbsp;</t>'
    "<![CDATA[x]]></o><o/></m>".encode("cp1252"),
    b"id=A1&offer%5Btown%5D=T&offer%5B%5D=1&payload=%7B%22id%22%3A1%7D",
    b"\xff\xfe{\0}\0",
    b'--cut\r\nContent-Disposition: form-data; name="id"\r\n\r\nA1\r\n--cut\r\n'
    b'Content-Disposition: form-data; name="f"; filename="f"\r\n\r\n<a/>\r\n--cut--\r\n',
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
)  # fmt: skip
TYPES = (
    "", "application/json", "text/xml; charset=utf-16", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=cut",
    "text/plain; charset=base64", "application/json; charset=\"idna", "*/*;charset=",
)  # fmt: skip
PIECES = (
    b"\0", b"{", b"}", b"[", b"]", b'"', b"\\u0000", b"\\ud800", b"NaN", b"-", b"9" * 5000, b"<",
    b"</", b"&#0;", b"&x;", b"]]>", b"<!DOCTYPE x [<!ENTITY x 'y'>]>", b"%00", b"=", b"&", b"[x][y",
    b"\xff", b"\xf0\x9f\x8f\xa0", b"#withdrawn", b"\r\n", b"," * 9, b"1e999", b"\xef\xbb\xbf",
    b"--cut", b"--cut--", b"\r\n\r\n", b"filename=", b"form-data; ",
)  # fmt: skip
SETTINGS = WebhookSettings.model_validate(
    {
        "scheme": "api-key",
        "header_values": {"#event": "event", "#odd": "data.offers[?id > `1`].id | [0]"},
        "withdrawn_when": [{"path": "sum(price)", "equals": 3}, {"path": "#event", "equals": "x"}],
        "ids_at": "data.offers[].id",
    }
)


def mangled(chance: random.Random) -> bytes:
    body = bytearray(chance.choice(BODIES))
    for _ in range(chance.randint(0, 6)):
        start = chance.randint(0, len(body))
        kind = chance.random()
        if kind < 0.6:
            body[start:start] = chance.choice(PIECES)
        elif kind < 0.8:
            del body[start : start + chance.randint(1, 12)]
        else:
            body[start:start] = body[start : start + chance.randint(1, 200)]
    return bytes(body)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("seed", range(8))
def test_any_body_gives_records_or_a_reason(seed: int) -> None:
    chance = random.Random(seed)
    readers = [BodyReader(SETTINGS, document) for document in (MAPPING, None)]
    read = 0
    for _ in range(500):
        body, content_type = mangled(chance), chance.choice(TYPES)
        reader = chance.choice(readers)
        try:
            records = reader.records(body, content_type)
            reader.changed(body, content_type)
        except UnreadableBody as error:
            assert str(error).endswith("."), str(error)
            continue
        # Neither halves of letters nor what PostgreSQL takes in no text.
        assert not any("\0" in text for text in texts_in(orjson.loads(orjson.dumps(records))))
        assert all(type(record) is dict for record in records)
        read += 1
    assert read > 50
