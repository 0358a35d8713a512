"""Records of XML whose names stand apart from their values."""

from pathlib import Path
from typing import Any

import pytest

from jobs.formats.facts import DocumentFacts
from jobs.formats.xml import read_xml
from webapp.offers.reading import Pairs, Reading


def records_in(tmp_path: Path, body: str, **reading: Any) -> list[dict[str, Any]]:
    path = tmp_path / "feed.xml"
    path.write_text(body)
    facts = DocumentFacts()
    found = read_xml(path, Reading(container="xml", **reading), facts=facts)
    return [raw.as_dict() for raw in found]


FILEMAKER = """<FMPXMLRESULT xmlns="urn:fm"><ERRORCODE>0</ERRORCODE>
<METADATA><FIELD NAME="Ref"/><FIELD NAME="Price"/><FIELD NAME="Photo"/></METADATA>
<RESULTSET FOUND="2">
<ROW RECORDID="1"><COL><DATA>A1</DATA></COL><COL/>
<COL><DATA>1.jpg</DATA><DATA>2.jpg</DATA></COL></ROW>
<ROW RECORDID="2"><COL><DATA>A2</DATA></COL><COL><DATA>90</DATA></COL></ROW>
</RESULTSET></FMPXMLRESULT>"""


def test_columns_declared_apart_name_the_cells(tmp_path: Path) -> None:
    assert records_in(
        tmp_path,
        FILEMAKER,
        record_paths=("/FMPXMLRESULT/RESULTSET/ROW",),
        columns_at="/FMPXMLRESULT/METADATA/FIELD/@NAME",
        cells="COL.DATA",
    ) == [
        {"@RECORDID": "1", "Ref": "A1", "Photo": ["1.jpg", "2.jpg"]},
        {"@RECORDID": "2", "Ref": "A2", "Price": "90"},
    ]


def test_columns_may_be_the_text_of_elements(tmp_path: Path) -> None:
    body = "<t><h><n>id</n><n>price</n></h><r><c>1</c><c>90</c><c>more</c></r></t>"
    assert records_in(tmp_path, body, record_paths=("/t/r",), columns_at="/t/h/n", cells="c") == [
        {"id": "1", "price": "90"}
    ]


@pytest.mark.parametrize(
    ("inner", "pairs", "found"),
    [
        (
            "<meta><k>price</k><v>90</v></meta><meta><k>empty</k><v/></meta>",
            Pairs(path="meta", key="k", value="v"),
            {"meta": {"price": "90"}},
        ),
        (
            "<f name='price'>90</f><f name='image'>1.jpg</f><f name='image'>2.jpg</f>",
            Pairs(path="f", key="@name", value="#text"),
            {"f": {"price": "90", "image": ["1.jpg", "2.jpg"]}},
        ),
        (
            "<a><f><k>x</k><v><en>y</en></v></f></a>",
            Pairs(path="a.f", key="k", value="v"),
            {"a": {"f": {"x": {"en": "y"}}}},
        ),
        ("<b>1</b>", Pairs(path="a.f", key="k", value="v"), {"b": "1"}),
    ],
)
def test_children_that_name_their_value_become_names(
    tmp_path: Path, inner: str, pairs: Pairs, found: dict[str, Any]
) -> None:
    body = f"<r><p>{inner}</p></r>"
    assert records_in(tmp_path, body, record_paths=("/r/p",), pairs=(pairs,)) == [found]
