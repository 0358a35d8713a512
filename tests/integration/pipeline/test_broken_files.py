"""Documents that break off or are of another kind: what they hold is used, nothing is withdrawn."""

from pathlib import Path

import pytest
from kyero_by_hand import HEAD, FeedFile, feed, record, records
from pipeline_steps import lifecycles, make_source, run_to_end, sql
from refused_feeds import is_for_people, snapshot

# Real broken feeds of vendors may lie beside the checkout; they belong to others.
OTHERS = Path(__file__).parents[4] / "shared" / "feeds" / "broken"

BROKEN_FILES = {
    "an unclosed record": HEAD + record("H1") + "<property><id>H2</id>",
    "a bare ampersand": HEAD + record("H1") + record("H2", town="Sun & Sea") + "</root>",
    "two roots": feed(records(2)) + "<root/>",
    "nesting without end": HEAD + "<property>" * 300,
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_damaged_xml_says_where_and_withdraws_nothing(file: FeedFile, name: str) -> None:
    source = make_source()
    run_to_end(source, file.write(records(4)))
    sql("UPDATE sources SET absent_runs = 1")
    file.path.write_bytes(BROKEN_FILES[name].encode(errors="surrogateescape"))
    run = run_to_end(source, file.path)
    assert run.verdict == "incomplete" and is_for_people(run)
    assert "line" in (run.error_place or "")
    assert set(lifecycles(source).values()) == {"live"} and len(lifecycles(source)) == 4


def test_letters_that_are_not_in_the_declared_encoding_are_read_as_what_they_are(
    file: FeedFile,
) -> None:
    source = make_source()
    written = feed(records(2)).replace("Altea", "Alt\udce9a")
    file.path.write_bytes(written.encode(errors="surrogateescape"))
    run = run_to_end(source, file.path)
    assert (run.verdict, run.created) == ("valid", 2)
    assert sql("SELECT DISTINCT city FROM offers") == [("Altéa",)]


OTHER_FORMAT = "<catalogue><item><id>1</id></item></catalogue>"


def test_a_document_of_another_format_is_no_empty_feed(file: FeedFile) -> None:
    run = run_to_end(make_source(), file.write_text(OTHER_FORMAT))
    assert (run.state, run.error_code) == ("failed", "no_records")
    assert "/root/property" in (run.error_message or "")


def test_a_document_of_another_format_than_before_waits_for_a_person(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(2)))
    before = snapshot(source)
    run = run_to_end(source, file.write_text(OTHER_FORMAT))
    assert (run.state, run.drift) == ("held", {"expected": "<root>", "found": "<catalogue>"})
    assert snapshot(source) == before


def test_a_record_nested_as_deep_as_xml_allows_harms_no_other(file: FeedFile) -> None:
    source = make_source()
    deep = record("H2", more="<a>" * 250 + "x" + "</a>" * 250)
    run = run_to_end(source, file.write([record("H1"), deep, record("H3")]))
    assert (run.state, run.verdict, run.created) == ("finished", "valid", 3)


@pytest.mark.skipif(not OTHERS.is_dir(), reason="no real broken feeds beside this checkout")
def test_real_broken_feeds_are_refused_in_words(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(3)))
    sql("UPDATE sources SET absent_runs = 1")
    before = snapshot(source)
    for path in sorted(OTHERS.iterdir()):
        run = run_to_end(source, path)
        assert run.verdict == "incomplete" and run.error_message and run.error_hint, path.name
        assert "Traceback" not in run.error_message
        assert snapshot(source) == before, path.name
