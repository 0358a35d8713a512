"""Records read out of an XML feed one by one, whole or broken."""

import subprocess
import sys
from pathlib import Path

import pytest

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.xml import read_xml
from jobs.formats.xml_record import record_from_content
from webapp.offers.reading import Reading

FIXTURES = Path("tests/fixtures/xml")
SHARED_BROKEN = Path("../shared/feeds/broken")


def xml_at(*record_paths: str) -> Reading:
    return Reading(container="xml", record_paths=record_paths)


def ids_in(
    path: Path, record_path: str = "/root/property", id_path: str = "id"
) -> tuple[list[str | None], DocumentFacts, PermanentError | None]:
    """What was yielded, what was learned, and how it ended."""
    facts, found, error = DocumentFacts(), [], None
    try:
        for record in read_xml(path, xml_at(record_path), facts=facts):
            found.append(record.text_at(id_path))
    except PermanentError as caught:
        error = caught
    return found, facts, error


def written(tmp_path: Path, body: bytes) -> Path:
    path = tmp_path / "feed.xml"
    path.write_bytes(body)
    return path


def test_records_come_with_position_line_and_content() -> None:
    facts = DocumentFacts()
    rows = [
        (r.position, r.line, r.as_dict())
        for r in read_xml(FIXTURES / "harbour_homes.xml", xml_at("/root/property"), facts=facts)
    ]
    assert [row[:2] for row in rows] == [(1, 5), (2, 22)]
    assert rows[0][2] == {
        "id": "HH-1",
        "date": "2026-11-20 04:00:00",
        "ref": "Lighthouse",
        "price": "245000",
        "pool": "0",
        "notes": "",
        "desc": {"en": "Two steps & a quay. Quiet.", "es": "Tranquilo."},
        "images": {
            "image": [
                {"@id": "1", "url": "https://images.example.com/hh1/1.jpg"},
                {"@id": "2", "url": "https://images.example.com/hh1/2.jpg"},
            ]
        },
    }
    assert rows[1][2]["price"] == {"@currency": "EUR", "#text": "99000"}
    header = {"kyero": {"feed_version": "3"}, "agent": {"id": "17", "name": "Harbour Homes"}}
    assert facts == DocumentFacts(
        root="root",
        encoding="UTF-8",
        records=2,
        complete=True,
        header=header,
        record_parents={"/root"},
    )


@pytest.mark.parametrize(
    ("body", "record_path", "ids"),
    [
        (b"<kyero><property><id>1</id></property></kyero>", "/*/property", ["1"]),
        (b"<k:r xmlns:k='urn:k'><k:p><k:id>1</k:id></k:p></k:r>", "/r/p", ["1"]),
        (b"<r xmlns='not a url'><p><id>1</id></p></r>", "/r/p", ["1"]),
        (b"<r x:y='z'><p x:k='1'><id>1</id></p><x:p><id>2</id></x:p></r>", "/r/p", ["1", "2"]),
        (b"<r><p><id>1</id><p><id>inner</id></p></p><p><id>2</id></p></r>", "/r/p", ["1", "2"]),
        (b"<r><r><id>no</id></r><p><id>1</id></p><r><id>no</id></r></r>", "/r/p", ["1"]),
        (b"<o><o><id>1</id></o><o><id>2</id></o></o>", "/o/o", ["1", "2"]),
        (b"<r><g><p><id>1</id></p></g><g><p><id>2</id></p></g></r>", "/r/g/p", ["1", "2"]),
        (b"<r><h><p><id>no</id></p></h><g><p><id>1</id></p></g></r>", "/r/g/p", ["1"]),
        (b"<r><land><id>1</id></land><!-- x --><flat><id>2</id></flat></r>", "/r/*", ["1", "2"]),
        (b"<o><id>1</id></o>", "/o", ["1"]),
        (b"<r><q><id>1</id></q></r>", "/r/p", []),
        (b"<r/>", "/r/p", []),
    ],
)
def test_records_are_found_by_their_path_alone(
    tmp_path: Path, body: bytes, record_path: str, ids: list[str]
) -> None:
    found, facts, error = ids_in(written(tmp_path, body), record_path)
    assert (found, error) == (ids, None)
    assert (facts.complete, facts.records) == (True, len(ids))


def test_many_chunks_give_every_record_once_with_its_line(tmp_path: Path) -> None:
    filler = "я" * 700
    rows = (f"<p><id>{n}</id>\n<t>{filler}</t></p>\n" for n in range(2000))
    path = written(tmp_path, f"<r>\n{''.join(rows)}</r>".encode())
    facts = DocumentFacts()
    seen = [
        (r.text_at("id"), r.line, r.text_at("t"))
        for r in read_xml(path, xml_at("/r/p"), facts=facts)
    ]
    assert seen == [(str(n), 2 + 2 * n, filler) for n in range(2000)]
    assert facts.complete


@pytest.mark.parametrize(
    ("declared", "written_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("windows-1251", "windows-1251"),
        ("utf-16", "utf-16"),
        ("utf-8", "utf-16"),
        ("utf-16", "utf-8"),
        ("utf-16", "utf-8-sig"),
    ],
)
def test_letters_arrive_whatever_the_encoding(
    tmp_path: Path, declared: str, written_as: str
) -> None:
    text = f"<?xml version='1.0' encoding='{declared}'?><r><p><id>Къща</id></p></r>"
    found, _, error = ids_in(written(tmp_path, text.encode(written_as)), "/r/p")
    assert (found, error) == (["Къща"], None)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_names_of_elements_may_be_in_other_letters(tmp_path: Path, encoding: str) -> None:
    body = f"<?xml version='1.0' encoding='{encoding}'?><анкети дата='1'><имот><код>7</код></имот>"
    path = written(tmp_path, (body + "</анкети>").encode(encoding))
    found, facts, error = ids_in(path, "/анкети/имот", "код")
    assert (found, error) == (["7"], None)
    assert (facts.root, facts.header) == ("анкети", {"@дата": "1"})


@pytest.mark.parametrize("name", [b"\x01", b"\0\0", b"-", b"\xff"])
def test_a_root_without_a_proper_name_is_refused(tmp_path: Path, name: bytes) -> None:
    found, _, error = ids_in(written(tmp_path, b"<" + name + b"><p/></r>"), "/r/p")
    assert error is not None
    assert (found, error.code) == ([], "not_well_formed")


@pytest.mark.parametrize(
    ("declared", "written_as", "text"),
    [
        ("utf-8", "windows-1251", "Тристаен апартамент с гледка към морето"),
        ("utf-8", "koi8-r", "Трёхкомнатная квартира с видом на море"),
        ("utf-8", "windows-1252", "Großzügige Wohnung in München, Küche, 2. Etage"),
        ("iso-8859-1", "utf-8", "Großzügige Wohnung in München"),
        ("windows-1251", "koi8-r", None),
        ("ansi-of-ours", "windows-1251", "Тристаен апартамент с гледка към морето"),
    ],
)
def test_a_wrong_declaration_gives_way_to_the_letters(
    tmp_path: Path, declared: str, written_as: str, text: str | None
) -> None:
    body = f"<?xml version='1.0' encoding='{declared}'?><r><p><id>{text or 'Къща'}</id></p></r>"
    found, facts, error = ids_in(written(tmp_path, body.encode(written_as)), "/r/p")
    assert error is None
    if text is None:
        assert facts.encoding == declared
    else:
        assert (found, facts.encoding.lower()) == ([text], written_as)


def test_a_letter_cut_in_two_does_not_end_the_feed(tmp_path: Path) -> None:
    body = "<r><p><id>Стая в къща с двор".encode() + b"\xd0" + b"</id></p></r>"
    found, _, error = ids_in(written(tmp_path, body), "/r/p")
    assert (found, error) == (["Стая в къща с двор�"], None)


def test_a_letter_that_no_sample_shows_ends_the_reading_there(tmp_path: Path) -> None:
    record = b"<p><id>1</id></p>\n"
    body = b"<r>\n" + record * 80_000 + b"<p>\xff</p>" + record * 400_000 + b"</r>"
    found, _, error = ids_in(written(tmp_path, body), "/r/p")
    assert error is not None
    assert (len(found), error.code) == (80_000, "wrong_encoding")


@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE r SYSTEM 'feed.dtd'>"])
def test_names_of_characters_that_html_knows_are_understood(tmp_path: Path, doctype: str) -> None:
    body = (
        f"<?xml version='1.0'?>\n{doctype}<r><p><id>caf&eacute;&nbsp;&euro;5 &amp; bar</id></p></r>"
    )
    path = written(tmp_path, body.encode())
    found, _, error = ids_in(path, "/r/p")
    assert (found, error) == (["café\xa0€5 & bar"], None)
    raw = next(read_xml(path, xml_at("/r/p"), facts=DocumentFacts()))
    kept = raw.kept(as_dict=False)
    assert isinstance(kept, bytes)
    assert record_from_content(kept) == {"id": "café\xa0€5 & bar"}


def test_such_names_in_attributes_are_understood_too(tmp_path: Path) -> None:
    path = written(tmp_path, b"<r><p name='caf&eacute;'/></r>")
    raw = next(read_xml(path, xml_at("/r/p"), facts=DocumentFacts()))
    assert raw.as_dict() == {"@name": "café"}


def test_the_header_is_what_stands_before_the_first_record(tmp_path: Path) -> None:
    body = (
        "<openimmo><transfer scope='FULL' count='2'/><agency name='Quay'><no>7</no>"
        "<p><id>1</id></p><later>x</later></agency><end>x</end></openimmo>"
    )
    facts = ids_in(written(tmp_path, body.encode()), "/openimmo/agency/p")[1]
    assert facts.header == {
        "transfer": {"@scope": "FULL", "@count": "2"},
        "agency": {"@name": "Quay", "no": "7"},
    }


def test_the_header_hides_its_secrets(tmp_path: Path) -> None:
    body = (
        "<list date='2026-05-04' username='harbour' password='hush'><api_key>hush</api_key>"
        "<agency><login>harbour</login><pwd>hush</pwd><name>Quay</name></agency>"
        "<p><id>1</id></p></list>"
    )
    assert ids_in(written(tmp_path, body.encode()), "/list/p")[1].header == {
        "@date": "2026-05-04",
        "@username": "***",
        "@password": "***",
        "api_key": "***",
        "agency": {"login": "***", "pwd": "***", "name": "Quay"},
    }


def test_a_long_header_is_noted_in_part(tmp_path: Path) -> None:
    body = b"<r>" + b"<a>x</a>" * 50_000 + b"<p><id>1</id></p></r>"
    found, facts, _ = ids_in(written(tmp_path, body), "/r/p")
    assert found == ["1"]
    assert facts.header == {"a": ["x"] * 200}


def test_blank_lines_before_the_declaration_are_forgiven_and_counted(tmp_path: Path) -> None:
    body = b"\xef\xbb\xbf\n\r\n<?xml version='1.0'?>\n<r>\n<p><id>1</id></p>\n<p>&</p></r>"
    path = written(tmp_path, body)
    record = next(read_xml(path, xml_at("/r/p"), facts=DocumentFacts()))
    assert record.line == 5
    assert ids_in(path, "/r/p")[2].place == "line 6, record 2"  # type: ignore[union-attr]


def test_a_bare_ampersand_ends_the_reading_after_the_records_before_it() -> None:
    found, facts, error = ids_in(FIXTURES / "bare_ampersand.xml")
    assert error is not None
    assert (found, facts.complete, facts.records) == (["HH-1"], False, 1)
    assert (error.code, error.place) == ("not_well_formed", "line 8, record 2")
    assert "&amp;" in error.message


def test_a_file_cut_in_the_middle_keeps_its_whole_records() -> None:
    found, facts, error = ids_in(
        FIXTURES / "cut_in_second_record.xml", "/propertyList/*", "uniqueID"
    )
    assert error is not None
    assert (found, facts.complete) == (["HH-1"], False)
    assert (error.code, error.place) == ("not_well_formed", "line 8, record 2")
    assert "a part is missing" in error.message


@pytest.mark.parametrize("cut_after", range(30, 420, 13))
def test_no_cut_of_a_feed_is_taken_for_the_whole(tmp_path: Path, cut_after: int) -> None:
    body = (FIXTURES / "harbour_homes.xml").read_bytes()[:-1]
    _, facts, error = ids_in(written(tmp_path, body[:-cut_after]))
    assert error is not None
    assert not facts.complete


@pytest.mark.parametrize(
    ("tail", "code", "words"),
    [
        (b"<p><id>2\0</id></p></r>", "not_well_formed", "control character"),
        (b"<p><id>2\x08</id></p></r>", "not_well_formed", "control character"),
        (b"<p><id>2&nosuch;</id></p></r>", "not_well_formed", "a name like"),
        (b"<p><id>2</p></r>", "not_well_formed", "closed by the end of another"),
        (b"<p a='1'b='2'/></r>", "not_well_formed", "not well-formed XML"),
        (b"</r>Notice: undefined index", "not_well_formed", "after the end"),
        (b"<p>" + b"<d>" * 300, "too_deep", "255 levels"),
        (b"<p><id>" + b"x" * 30_000_000 + b"</id></p></r>", "value_too_large", "10 MB"),
        (b"<p><!--" + b"x" * 30_000_000 + b"--></p></r>", "value_too_large", "10 MB"),
    ],
    ids=[
        "nul",
        "control",
        "entity",
        "mismatch",
        "blank",
        "trailer",
        "deep",
        "text",
        "comment",
    ],
)
@pytest.mark.parametrize("filler", [0, 131_000])
def test_each_flaw_is_named_after_the_good_records(
    tmp_path: Path, tail: bytes, code: str, words: str, filler: int
) -> None:
    head = b"<r>\n<p><id>1</id></p>" + b" " * filler
    found, facts, error = ids_in(written(tmp_path, head + tail), "/r/p")
    assert error is not None
    assert (found, facts.complete) == (["1"], False)
    assert error.code == code
    assert words in error.message
    assert error.place == "line 2, record 2"


def test_a_huge_attribute_is_refused_too(tmp_path: Path) -> None:
    body = b"<r><p><id>1</id></p><p><id>2</id><t v='" + b"x" * 30_000_000 + b"'/></p></r>"
    _, facts, error = ids_in(written(tmp_path, body), "/r/p")
    assert error is not None
    assert (error.code, facts.complete) == ("value_too_large", False)


def test_an_error_is_not_lost_when_more_chunks_follow(tmp_path: Path) -> None:
    rest = b"<p><id>3</id></p>" * 40_000
    body = b"<r><p><id>1</id></p><p><id>&nosuch;</id></p>" + rest + b"</r>"
    found, _, error = ids_in(written(tmp_path, body), "/r/p")
    assert error is not None
    assert (found, error.place) == (["1"], "line 1, record 2")


def test_an_entity_bomb_is_refused_and_never_unpacked() -> None:
    found, _, error = ids_in(FIXTURES / "entity_bomb.xml")
    assert error is not None
    assert (found, error.code) == (["HH-1"], "entity_bomb")
    harmless = peak_megabytes(FIXTURES / "harbour_homes.xml")
    assert peak_megabytes(FIXTURES / "entity_bomb.xml") < harmless + 10


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE r [<!ENTITY x SYSTEM '{uri}'>]>",
        "<!DOCTYPE r SYSTEM '{uri}'>",
        "<!DOCTYPE r [<!ENTITY % x SYSTEM '{uri}'> %x;]>",
    ],
)
def test_nothing_outside_the_file_is_ever_read(tmp_path: Path, doctype: str) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("<!ENTITY x 'the secret'>")
    body = doctype.format(uri=outside.as_uri()) + "<r><p><id>&x;</id></p></r>"
    found, _, _ = ids_in(written(tmp_path, body.encode()), "/r/p")
    assert found in (["&x;"], [])


@pytest.mark.parametrize(
    "repeated",
    [
        b"<p><id>1</id><t>some text of an offer that is long enough</t></p>",
        b"<other><id>1</id><t>some text of an element nobody asked for</t></other>",
        b"<w><w><w>some text of a nested element nobody asked for</w></w></w>",
        b"<!-- some text of a comment that is long enough to matter here -->",
    ],
    ids=["records", "other elements", "nested", "comments"],
)
def test_memory_does_not_grow_with_the_feed(tmp_path: Path, repeated: bytes) -> None:
    peaks = []
    for times in (10_000, 400_000):
        peaks.append(peak_megabytes(written(tmp_path, b"<r>" + repeated * times + b"</r>")))
    assert peaks[1] <= peaks[0] + 5


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"<list listing_count='7'><property/></list>", 7),
        (b"<list><Count>7</Count><property/></list>", 7),
        (b"<list count='many'><property/></list>", None),
        (b"<list account='7'><property/></list>", None),
        (b"<list><property/></list>", None),
        (b"<list listing_count='7'/>", 7),
    ],
)
def test_the_count_that_a_vendor_declares_is_noted(
    tmp_path: Path, body: bytes, count: int | None
) -> None:
    assert ids_in(written(tmp_path, body), "/list/property")[1].declared_count == count


def test_the_declared_count_is_not_looked_for_inside_records(tmp_path: Path) -> None:
    body = b"<p><count>7</count></p>"
    assert ids_in(written(tmp_path, b"<r>" + body * 9 + b"</r>"), "/r/p")[1].declared_count is None


def test_namespaces_and_encoding_are_noted(tmp_path: Path) -> None:
    body = b"<?xml version='1.0' encoding='ISO-8859-1'?><r xmlns='urn:d' xmlns:k='urn:k'><p/></r>"
    facts = ids_in(written(tmp_path, body), "/r/p")[1]
    assert facts.namespaces == {"": "urn:d", "k": "urn:k"}
    assert facts.encoding == "ISO-8859-1"


def test_a_web_page_is_refused_before_any_record() -> None:
    found, _, error = ids_in(FIXTURES / "login_page.html")
    assert error is not None
    assert (found, error.code, error.place) == ([], "login_page", "login_page.html")


@pytest.mark.skipif(not SHARED_BROKEN.is_dir(), reason="the vendors' broken files are not here")
def test_every_broken_vendor_file_ends_in_records_or_one_plain_refusal() -> None:
    for path in sorted(SHARED_BROKEN.iterdir()):
        found, facts, error = ids_in(path, "/*/*")
        assert facts.complete is (error is None)
        assert found or error


def peak_megabytes(path: Path, record_path: str = "/r/p") -> float:
    """Of a process of its own, which may not take more than 600 MB of address space."""
    script = (
        "import re, resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))\n"
        "from jobs.errors import PermanentError\n"
        "from jobs.formats.facts import DocumentFacts\n"
        "from jobs.formats.xml import read_xml\n"
        "from webapp.offers.reading import Reading\n"
        "reading = Reading(container='xml', record_paths=(sys.argv[2],))\n"
        "try:\n"
        "    for record in read_xml(Path(sys.argv[1]), reading, facts=DocumentFacts()):\n"
        "        record.fingerprint()\n"
        "except PermanentError: pass\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    command = [sys.executable, "-c", script, str(path), record_path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


@pytest.mark.parametrize(
    ("head", "repeated", "record_path", "place"),
    [
        (b"<r><p><id>1</id></p>\n<p>", b"<a/>", "/r/p", "line 2, record 2"),
        (b"<r><p><id>1</id></p>\n<p>", b"<a b='1'/>", "/r/p", "line 2, record 2"),
        (b"<r>\n", b"<q><id>1</id></q>", "/r", "line 1, record 1"),
        (b"", b"<!-- -->", "/r/p", "line 1, record 1"),
        (b"<r><p><id>1</id></p></r>", b"<!-- -->", "/r/p", "line 1, record 2"),
    ],
    ids=["elements", "attributes", "root", "comments before", "comments behind"],
)
def test_a_record_without_end_is_refused_in_bounded_memory(
    tmp_path: Path, head: bytes, repeated: bytes, record_path: str, place: str
) -> None:
    path = written(tmp_path, head + repeated * (40_000_000 // len(repeated)))
    _, _, error = ids_in(path, record_path)
    assert error is not None
    assert (error.code, error.place) == ("record_too_large", place)
    assert peak_megabytes(path, record_path) < 300


def test_a_large_record_with_a_few_large_parts_is_read(tmp_path: Path) -> None:
    picture = b"<picture>" + b"x" * 9_000_000 + b"</picture>"
    body = b"<r><p><id>1</id>" + picture * 3 + b"</p><p><id>2</id></p></r>"
    found, _, error = ids_in(written(tmp_path, body), "/r/p")
    assert (found, error) == (["1", "2"], None)


def test_prefixes_that_nobody_declared_cost_no_record(tmp_path: Path) -> None:
    rows = b"".join(b"<p><id>%d</id><g:t>x</g:t></p>" % number for number in range(30_000))
    found, facts, error = ids_in(written(tmp_path, b"<r>" + rows + b"</r>"), "/r/p")
    assert (len(found), facts.complete, error) == (30_000, True, None)


def test_an_absurd_number_of_attributes_costs_no_time(tmp_path: Path) -> None:
    attributes = " ".join(f"a{n}='{n}'" for n in range(100_000))
    body = f"<r {attributes}><p {attributes}><id>1</id></p></r>".encode()
    raw = next(read_xml(written(tmp_path, body), xml_at("/r/p"), facts=DocumentFacts()))
    record = raw.as_dict()
    assert (record["@a999"], record["id"], len(record)) == ("999", "1", 1001)


def test_records_within_records_are_found_as_well(tmp_path: Path) -> None:
    body = b"<r><p><id>1</id><u><id>2</id></u></p><p><id>3</id></p></r>"
    reading = Reading(container="xml", record_paths=("/r/p", "/r/p/u"))
    found = [
        raw.as_dict() for raw in read_xml(written(tmp_path, body), reading, facts=DocumentFacts())
    ]
    assert [(record["#name"], record["id"]) for record in found] == [
        ("u", "2"),
        ("p", "1"),
        ("p", "3"),
    ]
