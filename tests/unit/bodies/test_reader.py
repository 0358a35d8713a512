"""From bodies as vendors send them to records."""

import gzip
import re
from typing import Any

import orjson
import pytest

from tests.deliveries import MAPPING
from webapp.bodies.reader import MOST_RECORDS, BodyReader
from webapp.bodies.unreadable import UnreadableBody
from webapp.offers.mapping_document import MappingDocument
from webapp.webhooks import MOST_BYTES, WebhookSettings

ONE = {"id": "A1", "price": 1000, "town": "Puerto Lirio"}
SHORT = {"id": "A1", "price": 7}
TWO = {"id": "A2", "price": 2000, "town": "Villa Almendra"}
OF_XML = MappingDocument.model_validate(
    {
        "format": 1,
        "name": "lirio_xml",
        "reading": {"container": "xml", "record_paths": ["/root/property"]},
        "id": ["id", "@ref"],
        "fields": {"location.city": {"path": "town"}},
    }
)


def records(
    content: Any, content_type: str = "application/json", document: Any = MAPPING, **settings: Any
) -> list[dict[str, Any]]:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    chosen = WebhookSettings.model_validate({"scheme": "api-key"} | settings)
    return BodyReader(chosen, document).records(body, content_type)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ONE, [ONE]),
        ([ONE, TWO], [ONE, TWO]),
        ([], []),
        ({"event": "changed", "data": ONE}, [ONE]),
        ({"event": "changed", "data": {"items": [ONE, TWO]}}, [ONE, TWO]),
        ({"id": "evt_1", "kind": "offer.updated", "data": {"object": ONE}}, [ONE]),
        ({"id": "evt_1", "type": "changed", "data": {"id": "A1", "price": 7}}, [SHORT]),
        ({"id": "evt_1", "type": "changed", "data": {"object": SHORT}}, [SHORT]),
        ({**ONE, "photos": [{"id": 1, "url": "a.jpg"}]}, None),
        (
            [{"event": "changed", "offer": ONE}, {"event": "gone", "offer": TWO}],
            [ONE | {"#parent": {"event": "changed"}}, TWO | {"#parent": {"event": "gone"}}],
        ),
    ],
)
def test_records_are_found_where_most_names_of_the_mapping_stand(
    content: Any, expected: list[Any] | None
) -> None:
    assert records(content) == ([content] if expected is None else expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ONE, [ONE]),
        ({"meta": 1, "offers": [ONE, TWO]}, [ONE, TWO]),
        ({"meta": 1, "page": {"offers": [ONE]}}, [ONE]),
    ],
)
def test_without_a_mapping_the_outermost_list_of_objects_holds_them(
    content: Any, expected: list[Any]
) -> None:
    assert records(content, document=None) == expected


@pytest.mark.parametrize("path", ["data.offers[]", "data.offers"])
def test_a_path_of_the_settings_wins(path: str) -> None:
    body = {"offers": [TWO], "data": {"offers": [ONE]}}
    assert records(body, records_at=path) == [ONE]
    assert records({"data": {"offers": ONE}}, records_at=path) == [ONE]
    assert records({"data": {"offers": []}}, records_at=path) == []
    with pytest.raises(UnreadableBody, match=re.escape(f"no records at “{path}”")):
        records({"data": {}}, records_at=path)


def test_one_record_a_line_is_read_whatever_it_is_called() -> None:
    body = orjson.dumps(ONE) + b"\r\n\n" + orjson.dumps(TWO)
    assert records(body, "application/x-ndjson") == [ONE, TWO]
    assert records(body, "text/plain") == [ONE, TWO]


def test_json_is_read_as_feeds_are() -> None:
    body = b'{"id": 12345678901234567890, "price": NaN, "town": "a\\u0000b\\ud800", "beds": 1e999}'
    assert records(body) == [
        {"id": "12345678901234567890", "price": None, "town": "ab", "beds": None}
    ]


def test_of_equal_keys_the_last_counts() -> None:
    assert records(b'{"id": "A1", "id": "A2"}') == [{"id": "A2"}]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"id": "A1", "town": "Ampurañá"}'.encode("iso-8859-1"), "application/json"),
        (
            '{"id": "A1", "town": "Ampurañá"}'.encode("cp1252"),
            "application/json; charset=windows-1252",
        ),
        ('{"id": "A1", "town": "Ampurañá"}'.encode(), "application/json; charset=latin-1"),
        ('{"id": "A1", "town": "Ampurañá"}'.encode("utf-8-sig"), "application/json"),
        ('{"id": "A1", "town": "Ampurañá"}'.encode("utf-16"), "application/json"),
        (
            '{"id": "A1", "town": "Ampurañá"}'.encode("utf-16-le"),
            "application/json;charset=UTF-16LE",
        ),
        ('{"id": "A1", "town": "Ampurañá"}'.encode(), "application/json; charset=no-such"),
        (gzip.compress('{"id": "A1", "town": "Ampurañá"}'.encode()), "application/json"),
    ],
)
def test_letters_arrive_in_any_encoding(body: bytes, content_type: str) -> None:
    assert records(body, content_type) == [{"id": "A1", "town": "Ampurañá"}]


XML = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<root at="9"><sent by="x">now</sent>
<property ref="1"><id>A1</id><town>Ampura\xf1a&nbsp;</town><photo>a</photo><photo>b</photo>
</property>
<property><id>A2</id></property></root>"""


@pytest.mark.parametrize("document", [OF_XML, None])
def test_xml_gives_the_records_of_a_feed(document: MappingDocument | None) -> None:
    assert records(XML, "text/xml", document) == [
        {"@ref": "1", "id": "A1", "town": "Ampuraña", "photo": ["a", "b"]},
        {"id": "A2"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"<property><id>A1</id><town>T</town></property>",
        b"<root><property><id>A1</id><town>T</town></property></root>",
        b'<m:message xmlns:m="urn:x"><m:head><m:a>1</m:a></m:head><m:body><m:property>'
        b"<m:id>A1</m:id><m:town>T</m:town></m:property></m:body></m:message>",
    ],
)
def test_an_element_is_found_in_any_envelope(body: bytes) -> None:
    assert records(body, "application/xml", OF_XML) == [{"id": "A1", "town": "T"}]


def test_values_of_the_envelope_reach_every_record() -> None:
    settings: dict[str, Any] = {"header_values": {"#event": "event", "#agent": "sender.agent"}}
    body = {"event": "offer.changed", "sender": {"agent": 7}, "offers": [ONE, TWO]}
    around = {"#event": "offer.changed", "#agent": 7}
    assert records(body, **settings) == [ONE | around, TWO | around]
    found = records(XML, "text/xml", OF_XML, header_values={"#at": "@at", "#by": "sent.@by"})
    assert [(record["#at"], record["#by"]) for record in found] == [("9", "x"), ("9", "x")]


def test_a_record_is_gone_by_rule_and_by_no_word_of_its_own() -> None:
    settings: dict[str, Any] = {
        "header_values": {"#event": "event"},
        "withdrawn_when": [{"path": "#event", "in": ["deleted"]}, {"path": "gone", "equals": True}],
    }
    body = {"event": "Deleted", "offers": [ONE]}
    assert [record["#withdrawn"] for record in records(body, **settings)] == [True]
    body = {"event": "changed", "offers": [ONE, TWO | {"gone": True}]}
    assert [record.get("#withdrawn") for record in records(body, **settings)] == [None, True]
    assert records(ONE | {"#withdrawn": True}) == [ONE]


def test_a_form_is_a_record() -> None:
    form = b"id=A1&offer%5Btown%5D=Villa+Almendra&offer%5Brooms%5D%5B%5D=2&tag=a&tag=b"
    assert records(form, "application/x-www-form-urlencoded", None) == [
        {"id": "A1", "offer": {"town": "Villa Almendra", "rooms": ["2"]}, "tag": ["a", "b"]}
    ]


@pytest.mark.parametrize(
    "body", [b"event=changed&payload=%5B%7B%22id%22%3A%22A1%22%7D%5D", b'[{"id":"A1"}]']
)
def test_json_called_a_form_or_in_a_field_of_one_is_json(body: bytes) -> None:
    assert records(body, "application/x-www-form-urlencoded") == [{"id": "A1"}]


IN_PARTS = "multipart/form-data; boundary=cut"


def in_parts(*parts: tuple[str, bytes]) -> bytes:
    """Each with what its headers say after `form-data; `."""
    written = [
        b"--cut\r\nContent-Disposition: form-data; " + said.encode() + b"\r\n\r\n" + content
        for said, content in parts
    ]
    return b"\r\n".join([*written, b"--cut--\r\n"])


def test_a_form_in_parts_is_a_record() -> None:
    form = in_parts(
        ('name="id"', b"A1"),
        ('name="offer[town]"', "Peñíscola".encode()),
        ('name="offer[rooms][]"', b"2"),
        ('name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg', b"\xff\xd8\xff\xe0"),
    )
    assert records(form, IN_PARTS, None) == [
        {"id": "A1", "offer": {"town": "Peñíscola", "rooms": ["2"]}}
    ]


def test_the_letters_of_a_part_are_in_the_encoding_that_it_says() -> None:
    said = 'name="town"\r\nContent-Type: text/plain; charset=windows-1251'
    form = in_parts(('name="id"', b"A1"), (said, "Бургас".encode("cp1251")))
    assert records(form, IN_PARTS, None) == [{"id": "A1", "town": "Бургас"}]


@pytest.mark.parametrize(
    "file",
    [b'[{"id": "A1"}]', b"<o><id>A1</id></o>", gzip.compress(b'{"id": "A1"}')],
)
@pytest.mark.parametrize("beside", [[], [('name="token"', b"t")]])
def test_the_one_file_of_a_form_in_parts_is_the_body(
    file: bytes, beside: list[tuple[str, bytes]]
) -> None:
    form = in_parts(*beside, ('name="feed"; filename="feed"', file))
    assert records(form, IN_PARTS) == [{"id": "A1"}]


def test_json_in_a_field_of_a_form_in_parts_is_json() -> None:
    assert records(in_parts(('name="payload"', b'{"id": "A1"}')), IN_PARTS) == [{"id": "A1"}]


def test_json_called_a_form_in_parts_is_json() -> None:
    assert records(b'{"id": "A1"}', IN_PARTS) == [{"id": "A1"}]


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "'
    + b"a" * 1000
    + b'">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 100) for c in range(ord("b"), ord("h"))
    )
    + b']><x y="&g;"/>'
)


@pytest.mark.parametrize(
    ("body", "content_type", "cause", "said"),
    [
        (b"", "application/json", "empty", "empty"),
        (b" \r\n", "application/json", "empty", "empty"),
        (b'{"id": ', "application/json", "not_json", "line 1, column 8"),
        (b"nonsense", "application/json", "not_json", "line 1, column 1"),
        (b"17", "application/json", "no_records", "no object"),
        (b'["a", 2]', "application/json", "no_records", "no object"),
        (b"<root><a></root>", "text/xml", "not_xml", "line 1"),
        (b"nonsense", "text/xml", "not_xml", "does not begin"),
        (b"a,b\n1,2", "text/csv", "unknown_kind", "neither JSON nor XML"),
        (b"[" * 100_000, "application/json", "too_deep", "100 levels"),
        (b'{"a":' * 150 + b"1" + b"}" * 150, "application/json", "too_deep", "100 levels"),
        (b"<a>" * 300 + b"</a>" * 300, "text/xml", "too_deep", "255 levels"),
        (b"[" + b"1," * 600_000 + b"1]", "application/json", "too_many_parts", "500,000"),
        (b"<a>" + b"<b/>" * 600_000 + b"</a>", "text/xml", "too_many_parts", "500,000"),
        (b"a=1&" * 6_000, "application/x-www-form-urlencoded", "too_many_parts", "5,000"),
        (in_parts(('name="id"', b"A1"))[:-4], IN_PARTS, "bad_form", "ends early"),
        (b"--cut\r\n\r\nA1\r\n--cut--", IN_PARTS, "bad_form", "a part has no name"),
        (in_parts(('name="id"', b"A1")), "multipart/form-data", "bad_form", "no boundary"),
        (in_parts(*[('name="f"; filename="f"', b"{}")] * 2), IN_PARTS, "bad_form", "2 files"),
        (in_parts(*[('name="a"', b"1")] * 5_001), IN_PARTS, "too_many_parts", "5,000"),
        (BOMB, "text/xml", "entity_bomb", "grow"),
        (gzip.compress(b" " * (MOST_BYTES + 1)), "application/json", "too_large_unpacked", "10 MB"),
        (gzip.compress(b'{"id": "A1"}')[:-4], "application/json", "bad_gzip", "end"),
        (b"\x1f\x8bnonsense", "application/json", "bad_gzip", "unpacked"),
        (
            orjson.dumps([{"id": 1}] * (MOST_RECORDS + 1)),
            "application/json",
            "too_many_records",
            "10,000",
        ),
    ],
)
def test_what_cannot_be_read_says_why(
    body: bytes, content_type: str, cause: str, said: str
) -> None:
    with pytest.raises(UnreadableBody) as refused:
        records(body, content_type)
    assert refused.value.cause == cause
    assert said in str(refused.value)


def test_nothing_outside_of_the_body_is_read() -> None:
    body = (
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x><id>1</id><town>&f;</town></x>'
    )
    assert records(body, "text/xml", OF_XML) == [{"id": "1", "town": "&f;"}]


def test_secrets_around_the_records_are_masked() -> None:
    body = {"auth": {"password": "hunter2"}, "offers": [ONE]}
    [record] = records(body, header_values={"#auth": "auth"})
    assert "hunter2" not in str(record)
