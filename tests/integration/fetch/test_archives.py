"""ZIP archives: what in them is read, and which of them are refused before they do harm."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from vendor_answers import FEED, says
from vendor_server import Vendor

from jobs.errors import PermanentError
from jobs.fetch.http import fetch_http
from jobs.fetch.local_file import fetch_local_file
from jobs.fetch.request import Fetched, Wanted

MOST = 40_000_000
CSV = b"id;price\n1;250000\n"


def archive(members: dict[str, bytes], packing: int = ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", packing) as file:
        for name, content in members.items():
            file.writestr(ZipInfo(name), content, packing)
    return made.getvalue()


@pytest.fixture
def fetch(tmp_path: Path) -> Callable[..., Fetched]:
    def fetch(content: bytes, member: str | None = None) -> Fetched:
        file = tmp_path / "offers.zip"
        file.write_bytes(content)
        spool = tmp_path / "spool"
        spool.mkdir(exist_ok=True)
        return fetch_local_file(file, spool / "feed", MOST, member=member)

    return fetch


def refusal(fetch: Callable[..., Fetched], content: bytes, member: str | None = None) -> str:
    with pytest.raises(PermanentError) as caught:
        fetch(content, member)
    assert "offers.zip" in caught.value.place
    return caught.value.code


def contents(found: Fetched) -> dict[str, bytes]:
    return {file.name: file.path.read_bytes() for file in found.files}


def test_the_feed_is_read_and_its_pictures_and_notes_stay(fetch: Callable[..., Fetched]) -> None:
    found = fetch(
        archive(
            {
                "pictures/1.jpg": b"\xff\xd8\xff",
                "__MACOSX/._offers.xml": b"junk",
                "readme.txt": b"Read me, please.",
                ".hidden.xml": b"<no/>",
                "data/offers.xml": FEED,
            }
        )
    )
    assert contents(found) == {"data/offers.xml": FEED}
    assert found.bytes == len(FEED)


def test_several_feeds_are_files_of_one_run_in_the_order_of_their_names(
    fetch: Callable[..., Fetched],
) -> None:
    found = fetch(archive({"b.xml": FEED, "a.xml": FEED + b" "}))
    assert list(contents(found)) == ["a.xml", "b.xml"]
    assert found.bytes == 2 * len(FEED) + 1


@pytest.mark.parametrize("pattern", ["*.csv", "OUT/*", "offers.csv"])
def test_a_pattern_says_which_member_counts(fetch: Callable[..., Fetched], pattern: str) -> None:
    found = fetch(archive({"offers.xml": FEED, "out/offers.csv": CSV}), pattern)
    assert list(contents(found)) == ["out/offers.csv"]


@pytest.mark.parametrize("name", ["EXPORT", "offers.dat", "listing.txt"])
def test_a_feed_with_any_name_is_known_by_its_content(
    fetch: Callable[..., Fetched], name: str
) -> None:
    found = fetch(archive({"logo.png": b"\x89PNG", name: FEED}))
    assert contents(found) == {name: FEED}


def test_the_same_feed_has_the_same_digest_with_and_without_an_archive(
    fetch: Callable[..., Fetched], tmp_path: Path
) -> None:
    plain = tmp_path / "offers.xml"
    plain.write_bytes(FEED)
    bare = fetch_local_file(plain, tmp_path / "feed", MOST)
    assert fetch(archive({"offers.xml": FEED})).sha256 == bare.sha256


def test_a_spreadsheet_is_an_archive_that_stays_one(fetch: Callable[..., Fetched]) -> None:
    sheet = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    assert contents(fetch(sheet)) == {"offers.zip": sheet}


def test_names_of_members_lead_nowhere(fetch: Callable[..., Fetched], tmp_path: Path) -> None:
    found = fetch(archive({"../../../escaped.xml": FEED, "/tmp/escaped.xml": FEED}))
    assert {file.path.parent for file in found.files} == {tmp_path / "spool"}
    assert not list(tmp_path.rglob("escaped.xml"))


def test_an_archive_comes_over_the_network(vendor: Vendor, tmp_path: Path) -> None:
    vendor.answers["/offers.zip"] = says(archive({"a.xml": FEED, "b.xml": FEED}))
    wanted = Wanted(f"{vendor.url}/offers.zip", allowed_hosts=frozenset({vendor.host}))
    found = fetch_http(wanted, tmp_path / "feed")
    assert [file.name for file in found.files] == ["a.xml", "b.xml"]


def locked() -> bytes:
    """A member whose flags say that it is encrypted, in its header and in the directory."""
    whole = bytearray(archive({"offers.xml": FEED}, ZIP_STORED))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


def damaged() -> bytes:
    whole = bytearray(archive({"offers.xml": FEED}, ZIP_STORED))
    whole[whole.index(b"<property>") + 1] ^= 0xFF
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive({}), "no_feed_in_archive"),
        (archive({"1.jpg": b"\xff\xd8\xff", "notes": b"\x00\x01"}), "no_feed_in_archive"),
        (locked(), "password_protected"),
        (damaged(), "damaged_archive"),
        (archive({"offers.xml": FEED})[:-40], "damaged_archive"),
        (archive({"offers.xml": FEED}, ZIP_BZIP2), "unknown_compression"),
        (archive({"offers.xml": b""}), "empty_feed"),
        (archive({"offers.xml": b"<root>" + b" " * 30_000_000}), "zip_bomb"),
        (archive({"offers.xml": b"<root>" + b" " * 41_000_000}), "too_large"),
        (archive({f"{n}.jpg": b"" for n in range(20_001)}), "too_many_members"),
        (archive({f"{n}.xml": FEED for n in range(1_001)}), "too_many_files"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_by_its_name(
    fetch: Callable[..., Fetched], content: bytes, code: str
) -> None:
    assert refusal(fetch, content) == code


def test_a_pattern_that_matches_nothing_names_what_is_there(fetch: Callable[..., Fetched]) -> None:
    with pytest.raises(PermanentError, match=r"offers\.xml") as caught:
        fetch(archive({"offers.xml": FEED}), "*.csv")
    assert caught.value.code == "no_feed_in_archive"


def test_a_directory_that_lies_about_its_length_is_not_opened(
    fetch: Callable[..., Fetched],
) -> None:
    whole = bytearray(archive({f"{n}.jpg": b"" for n in range(3)}))
    struct.pack_into("<L", whole, len(whole) - 10, 500_000_000)
    assert refusal(fetch, bytes(whole)) == "too_many_members"


def test_sizes_that_a_member_lies_about_do_not_lift_the_limit(
    fetch: Callable[..., Fetched],
) -> None:
    whole = bytearray(archive({"offers.xml": b"<root>" + b" " * 41_000_000}))
    struct.pack_into("<L", whole, whole.index(b"PK\x01\x02") + 24, 100)
    assert refusal(fetch, bytes(whole)) in ("damaged_archive", "too_large", "zip_bomb")
