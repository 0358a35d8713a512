"""One XML element as plain data."""

import pytest
from lxml import etree

from jobs.formats.xml_record import XmlRecord, record_from_content
from webapp.bodies.record import Record
from webapp.bodies.xml_element import record_dict


def raw(xml: str, *ignore_paths: str) -> XmlRecord:
    parser = etree.XMLParser(resolve_entities=False)
    return XmlRecord(etree.fromstring(xml, parser), 1, 1, ignore_paths)


@pytest.mark.parametrize(
    ("xml", "record"),
    [
        ("<p/>", {}),
        ("<p>text</p>", {"#text": "text"}),
        ("<p id='7'/>", {"@id": "7"}),
        ("<p><a/></p>", {"a": ""}),
        ("<p><a>0</a></p>", {"a": "0"}),
        ("<p><a> 1 \n</a></p>", {"a": "1"}),
        ("<p><a u='m2'>80</a></p>", {"a": {"@u": "m2", "#text": "80"}}),
        ("<p><a u='m2'/></p>", {"a": {"@u": "m2"}}),
        ("<p><a>1</a><b/><a>2</a><a>3</a></p>", {"a": ["1", "2", "3"], "b": ""}),
        ("<p><a><b>1</b></a><a>2</a></p>", {"a": [{"b": "1"}, "2"]}),
        ("<p>\n <a>\n <b>1</b>\n </a>\n</p>", {"a": {"b": "1"}}),
        ("<p><a>one <b>two</b> three <b>four</b></a></p>",
         {"a": {"b": ["two", "four"], "#text": "one three"}}),
        ("<p><a>x<!-- no -->y<?pi no?>z</a></p>", {"a": "xyz"}),
        ("<p><a><![CDATA[<b>&]]> and <![CDATA[more]]></a></p>", {"a": "<b>& and more"}),
        ("<p xmlns='urn:d' xmlns:k='urn:k'><k:a k:b='1' xml:lang='bg'>2</k:a></p>",
         {"a": {"@b": "1", "@lang": "bg", "#text": "2"}}),
        ("<p xmlns:k='urn:k'><a>1</a><k:a>2</k:a></p>", {"a": ["1", "2"]}),
    ],
)  # fmt: skip
def test_an_element_becomes_plain_data(xml: str, record: Record) -> None:
    assert record_dict(etree.fromstring(xml)) == record
    assert record_from_content(raw(xml).content()) == record


def test_an_entity_is_a_character_where_html_knows_it() -> None:
    xml = "<!DOCTYPE p [<!ENTITY nbsp '&#160;'><!ENTITY us 'x'>]><p><a>12&nbsp;m &us;</a></p>"
    assert raw(xml).as_dict() == {"a": "12\xa0m &us;"}
    assert record_from_content(raw(xml).content()) == {"a": "12\xa0m &us;"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("id", "7"),
        ("missing", None),
        ("empty", ""),
        ("id.deeper", None),
        ("key.obid", "X9"),
        ("@ref", "R"),
        ("key.@kind", "k"),
        ("key.@missing", None),
        ("mixed", "45"),
    ],
)
def test_the_first_text_at_a_path_is_found_by_local_names(path: str, text: str | None) -> None:
    record = raw(
        "<o xmlns='urn:o' xmlns:v='urn:v' v:ref=' R '><!-- first --><id> 7 </id><id>8</id><empty/>"
        "<v:key kind='k'><obid>X9</obid></v:key><mixed>4<!-- gap -->5</mixed></o>"
    )
    assert record.text_at(path) == text


def test_equal_records_have_equal_fingerprints_wherever_they_stand() -> None:
    feed = etree.fromstring("<r><p><a>1</a></p>\n\n<p><a>1</a></p><p><a>2</a></p></r>")
    first, second, third = (XmlRecord(el, 1, 1, ()).fingerprint() for el in feed)
    assert first == second != third
    assert len(first) == 16


def test_ignored_paths_change_no_fingerprint_but_stay_in_the_record() -> None:
    paths = ("date", "@run", "images.image.@v", "images.image.seen")
    xml = (
        "<p run='{0}'><id>1</id><date>{0}</date>"
        "<images><image v='{0}'><seen>{0}</seen>{1}</image></images></p>"
    )
    today, later, changed = (
        raw(xml.format(day, url), *paths) for day, url in [(1, "a"), (2, "a"), (2, "b")]
    )
    assert today.fingerprint() == later.fingerprint() != changed.fingerprint()
    assert later.as_dict()["date"] == "2"
    assert later.as_dict()["images"]["image"]["@v"] == "2"


def test_ignoring_leaves_the_record_as_it_was() -> None:
    xml = (
        "<k:p xmlns:k='urn:k' a='1' run='2' z='3'>one <k:date k:at='4'>5</k:date> two "
        "<k:id>6</k:id>"
        "<!-- c --><k:date/>\n<images><image v='7'/><image v='8'><seen/></image></images></k:p>"
    )
    record = raw(
        xml, "date", "@run", "images.image.@v", "images.image.seen", "missing.@x", "date.y"
    )
    first = record.fingerprint()
    assert record.fingerprint() == first
    assert record.content() == raw(xml).content()
    assert list(record.as_dict().items()) == list(raw(xml).as_dict().items())


def test_text_behind_an_ignored_element_still_counts() -> None:
    one, other = (raw(f"<p>a <date>1</date> {b}</p>", "date").fingerprint() for b in "bc")
    assert one != other
