"""The Kyero writer: well-formed, the same bytes each time, every flaw where it belongs."""

import hashlib
from pathlib import Path

import pytest
from lxml import etree

from demo.kyero import record, write_kyero
from demo.offers import Feed, Flaw, Offer, offers_of


def properties(path: Path) -> list[etree._Element]:
    found: list[etree._Element] = etree.parse(path).getroot().findall("property")
    return found


def element(flaw: Flaw | None = None) -> etree._Element:
    offer: Offer = next(offers_of(Feed()))
    return etree.fromstring(record("costa-clara", offer._replace(flaw=flaw)))


def test_the_feed_is_kyero_3_with_one_property_an_offer(tmp_path: Path) -> None:
    write_kyero(tmp_path / "feed.xml", offers=1203)
    root = etree.parse(tmp_path / "feed.xml").getroot()
    assert root.findtext("kyero/feed_version") == "3"
    assert len(root.findall("property")) == 1203


def test_the_same_parameters_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xml", "two.xml"):
        write_kyero(tmp_path / name, seed=9, generation=4, changed=0.1, churn=1, bad=0.05)
    assert (tmp_path / "one.xml").read_bytes() == (tmp_path / "two.xml").read_bytes()


def test_the_checksum_is_the_files(tmp_path: Path) -> None:
    checksum = write_kyero(tmp_path / "feed.xml", offers=50)
    assert checksum == hashlib.sha256((tmp_path / "feed.xml").read_bytes()).hexdigest()


def test_nothing_unfinished_is_left_beside_the_feed(tmp_path: Path) -> None:
    write_kyero(tmp_path / "feed.xml", offers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["feed.xml"]


def test_an_offer_weighs_about_2_800_bytes(tmp_path: Path) -> None:
    write_kyero(tmp_path / "feed.xml", offers=1000)
    assert 2600 <= (tmp_path / "feed.xml").stat().st_size / 1000 <= 3000


def test_texts_come_in_three_languages_and_survive_escaping(tmp_path: Path) -> None:
    write_kyero(tmp_path / "feed.xml")
    written = [
        (record.findtext("desc/en"), record.findtext("desc/es"), record.findtext("desc/de"))
        for record in properties(tmp_path / "feed.xml")
    ]
    assert written == [offer.texts for offer in offers_of(Feed())]
    assert any("&" in (english or "") for english, _, _ in written)


def test_images_are_numbered_and_point_at_an_example_host() -> None:
    images = element().findall("images/image")
    assert [image.get("id") for image in images] == [str(n) for n in range(1, len(images) + 1)]
    urls = {image.findtext("url") or "" for image in images}
    assert len(urls) == len(images)
    assert all(url.startswith("https://img.example/CC000001/") for url in urls)


def test_duplicates_repeat_the_first_id_with_other_data(tmp_path: Path) -> None:
    write_kyero(tmp_path / "feed.xml", offers=5, duplicates=True)
    records = properties(tmp_path / "feed.xml")
    assert len(records) == 6
    assert records[0].findtext("id") == records[5].findtext("id")
    assert records[0].findtext("ref") != records[5].findtext("ref")


def test_an_empty_feed_is_well_formed(tmp_path: Path) -> None:
    write_kyero(tmp_path / "feed.xml", offers=0, duplicates=True)
    assert properties(tmp_path / "feed.xml") == []


@pytest.mark.parametrize(
    ("flaw", "path", "value"),
    [
        (Flaw.MISSING_ID, "id", None),
        (Flaw.TEXT_PRICE, "price", "POA"),
        (Flaw.UNKNOWN_TYPE, "type", "Lighthouse annexe"),
        (Flaw.BROKEN_COORDINATES, "location/latitude", "140.352698"),
        (Flaw.BAD_DATE, "date", "2025-02-31 25:61:00"),
    ],
)
def test_a_flaw_spoils_its_own_field_only(flaw: Flaw, path: str, value: str | None) -> None:
    sound, flawed = element(), element(flaw)
    assert sound.findtext(path) not in (None, value)
    assert flawed.findtext(path) == value
    spoiled = sound.find(path)
    assert spoiled is not None
    if value is None:
        sound.remove(spoiled)
    else:
        spoiled.text = value
    assert etree.tostring(sound, method="c14n") == etree.tostring(flawed, method="c14n")
