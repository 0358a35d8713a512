"""Whatever bytes come: records or one plain refusal come out of XML and JSON, and nothing else."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from webapp.offers.reading import Pairs, Reading

XML = Path("tests/fixtures/xml/harbour_homes.xml").read_bytes()
JSON = json.dumps(
    {
        "total": 2,
        "groups": [
            {
                "town": "Бургас",
                "offers": [{"id": 1, "price": 90.5, "texts": ["a\ud83d\ude00"]}, {"id": "2"}],
            }
        ],
    }
).encode()
LINES = b'{"id": 1, "t": [null, true]}\n\n{"id": 2}\n{"id": 3, "x": {"y": "z"}}\n'
READINGS = (
    (XML, Reading(container="xml", record_paths=("/root/property",))),
    (XML, Reading(container="xml", record_paths=("/*/*", "/root"))),
    (
        XML,
        Reading(
            container="xml",
            record_paths=("/root/property",),
            pairs=(Pairs(path="images.image", key="@id", value="url"),),
            columns_at="/root/kyero/feed_version",
            cells="*",
        ),
    ),
    (JSON, Reading(container="json", record_paths=("groups[].offers[]",))),
    (JSON, Reading(container="json", record_paths=("groups[]", "groups[].offers[]", "{}"))),
    (JSON, Reading(container="json")),
    (LINES, Reading(container="jsonl")),
    (LINES, Reading(container="json")),
)
PIECES = [
    *(b"<", b"&", b"]]>", b"<!--", b"<![CDATA[", b"&x;", b"<!DOCTYPE a [", b"\xff\xfe"),
    *(b'"', b"{", b"[", b"}", b"]", b",", b"\\", b"\\u", b"NaN", b"1e999", b"\n", b"\0"),
]
MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 12),
        st.binary(max_size=6) | st.sampled_from(PIECES),
    ),
    max_size=5,
)


def read_to_the_end(path: Path, body: bytes, reading: Reading) -> None:
    path.write_bytes(body)
    facts = DocumentFacts()
    records = read_feed(path, reading, facts=facts, ignore_paths=("price", "images.image.@id"))
    with suppress(PermanentError):
        for number, raw in enumerate(records, 1):
            assert raw.position == number
            assert raw.line is None or raw.line >= 1
            assert len(raw.fingerprint()) == 16
            assert raw.size >= 0
            assert raw.text_at("id") is None or raw.text_at("id")
            # It can be stored: as JSON, in UTF-8, without NUL.
            assert "\0" not in json.dumps(raw.as_dict(), ensure_ascii=False).encode().decode()
            raw.kept(as_dict=False)
        assert facts.complete


@pytest.mark.parametrize("number", range(len(READINGS)))
@settings(
    max_examples=150,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=MUTATIONS)
@example(changes=[])
def test_a_damaged_feed_gives_records_or_a_refusal(
    tmp_path: Path, number: int, changes: list[tuple[float, int, bytes]]
) -> None:
    body, reading = READINGS[number]
    for place, removed, added in changes:
        at = int(place * len(body))
        body = body[:at] + added + body[at + removed :]
    read_to_the_end(tmp_path / "feed", body, reading)


@pytest.mark.parametrize("number", range(len(READINGS)))
@settings(
    max_examples=80,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.binary(max_size=300), start=st.sampled_from([b"", b"<", b"<r>", b"{", b"[", b'{"a":'])
)
def test_any_bytes_give_records_or_a_refusal(
    tmp_path: Path, number: int, body: bytes, start: bytes
) -> None:
    read_to_the_end(tmp_path / "feed", start + body, READINGS[number][1])
