"""Where the records of XML documents are that nobody has described."""

from pathlib import Path

import pytest

from jobs.detect.xml_outline import xml_readings
from webapp.offers.reading import Pairs, Reading

FLAT = (
    "<ref>{0}</ref><price>{0}000</price><city>Rye</city><beds>2</beds><text>By the sea</text>"
    "<photos><photo><url>https://a.example/{0}.jpg</url></photo><photo><url>b</url></photo></photos>"
)
TYPE = "<type><id>1</id><name>Flat</name><sort>1</sort></type>"


def reading_of(folder: Path, body: str) -> Reading:
    file = folder / "feed.xml"
    file.write_text(body)
    return xml_readings(file)[0]


@pytest.mark.parametrize(
    ("body", "record_paths"),
    [
        (
            f"<data><sales><flat>{FLAT}</flat><flat>{FLAT}</flat></sales>"
            f"<rents><flat>{FLAT}</flat></rents></data>",
            ("/data/sales/flat", "/data/rents/flat"),
        ),
        (
            f"<data><agency><name>A</name><flat>{FLAT}</flat><house>{FLAT}</house></agency></data>",
            ("/data/agency/flat", "/data/agency/house"),
        ),
        (
            "<data><types>"
            + "<type><id>1</id><name>Flat</name><sort>1</sort></type>" * 9
            + "</types>"
            f"<list><offer>{FLAT}</offer></list></data>",
            ("/data/list/offer",),
        ),
    ],
)
def test_records_are_found_in_sections_in_agencies_and_alone(
    tmp_path: Path, body: str, record_paths: tuple[str, ...]
) -> None:
    assert reading_of(tmp_path, body.format(7)).record_paths == record_paths


def test_names_in_attributes_are_pairs(tmp_path: Path) -> None:
    params = "".join(
        f'<param name="{name}">{value}</param>'
        for name, value in {"ref": "A-1", "price": 5, "city": "Rye", "beds": 2}.items()
    )
    offer = f"<offer><params>{params}</params></offer>"

    reading = reading_of(tmp_path, f"<data>{offer}{offer}</data>")

    assert reading.record_paths == ("/data/offer",)
    assert reading.pairs == (Pairs(path="params.param", key="@name", value="#text"),)
