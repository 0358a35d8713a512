"""A file of another kind than before is held before any of it is used, until a person decides."""

import pytest
from kyero_by_hand import FeedFile, feed, records
from pipeline_steps import (
    counters,
    jobs_of,
    lifecycles,
    make_source,
    offer,
    run_of,
    run_to_end,
)

from jobs import tasks
from tests.people import make_admin
from webapp.extensions import db
from webapp.models import Run, SourceSample
from webapp.services.drifts import leave_file, may_be_read, read_anyway
from webapp.services.runs import NothingToDecide, approve_removals, discard_removals

TABLE = "id;type;price;town\n" + "".join(f"H{one};Villa;250000;Altea\n" for one in range(1, 21))


def renamed(count: int = 20) -> list[str]:
    """The vendor's export after a relaunch: the same records with other names for most fields."""
    names = {"price": "amount", "currency": "valuta", "price_freq": "deal", "type": "kind",
             "town": "place", "province": "area", "country": "land", "beds": "rooms",
             "ref": "number", "desc": "words", "date": "changed"}  # fmt: skip
    written = records(count)
    for old, new in names.items():
        written = [
            one.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>") for one in written
        ]
    return written


def held(source: int, file: FeedFile) -> Run:
    run_to_end(source, file.write(records(20)))
    return run_to_end(source, file.write(renamed()))


def decided(run: Run) -> Run:
    return db.session.get_one(Run, run.id)


def test_a_file_whose_fields_have_other_names_is_held_and_none_of_it_is_used(
    file: FeedFile,
) -> None:
    source = make_source()
    run = held(source, file)
    assert (run.state, run.error_code, counters(run)) == ("held", "feed_drifted", {})
    assert jobs_of(run.id) == []
    assert set(lifecycles(source).values()) == {"live"}
    assert offer(source, "H1").city == "Altea"


def test_the_difference_names_what_is_gone_and_what_is_new(file: FeedFile) -> None:
    run = held(make_source(), file)
    assert run.drift is not None
    gone = {at["path"]: at["share"] for at in run.drift["gone"]}
    assert gone["price"] == gone["town"] == 1.0
    assert "id" not in gone
    assert {"amount", "place"} <= {at["path"] for at in run.drift["new"]}


def test_records_that_lost_their_id_are_of_another_kind(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    unnamed = [one.replace("id>", "key>").replace("ref>", "no>") for one in records(20)]
    run = run_to_end(source, file.write(unnamed))
    assert (run.state, run.read) == ("held", 0)


def test_a_field_that_vanishes_is_no_drift(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write([one.replace("beds", "rooms") for one in records(20)]))
    assert (run.state, run.updated) == ("finished", 20)


def test_a_table_where_xml_was_is_held(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write_text(TABLE))
    assert (run.state, run.drift) == ("held", {"expected": "xml", "found": "csv"})
    assert not may_be_read(run)


def test_another_vendors_xml_is_held(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    other = feed(records(20)).replace("root>", "listings>").replace("property>", "listing>")
    run = run_to_end(source, file.write_text(other))
    assert (run.state, run.drift) == ("held", {"expected": "<root>", "found": "<listings>"})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<!DOCTYPE html><html><body>Hello</body></html>", "html_instead_of_feed"),
        ("Sorry, too many requests, try again later", "not_xml"),
        ("", "empty_feed"),
    ],
)
def test_what_is_no_feed_is_an_error_and_not_held(file: FeedFile, content: str, code: str) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    run = run_to_end(source, file.write_text(content))
    assert (run.state, run.error_code, run.drift) == ("failed", code, None)


def test_the_first_file_of_a_source_is_compared_with_nothing(file: FeedFile) -> None:
    assert run_to_end(make_source(), file.write(renamed())).state == "finished"


def test_reading_it_all_the_same_reads_it_and_makes_it_the_measure(file: FeedFile) -> None:
    source = make_source()
    run = held(source, file)
    following = read_anyway(decided(run), make_admin()).id
    db.session.commit()
    tasks.import_run(following)
    assert run_of(following).read == 20
    assert (run_of(run.id).state, run_of(run.id).decision) == ("finished", "read_anyway")
    db.session.expire_all()
    profile = db.session.get_one(SourceSample, source).profile
    assert "amount" in {at["path"] for at in profile}


def test_the_same_file_is_read_again_when_it_was_given_by_name(file: FeedFile) -> None:
    run = held(make_source(), file)
    following = read_anyway(decided(run), make_admin())
    assert (following.file_path, following.trigger) == (run.file_path, "file")


def test_a_file_that_was_left_does_not_wait_again_but_another_one_does(file: FeedFile) -> None:
    source = make_source()
    run = held(source, file)
    leave_file(decided(run), make_admin())
    db.session.commit()
    again = run_to_end(source, file.path)
    assert (again.state, again.error_code) == ("failed", "feed_drifted")
    assert run_to_end(source, file.write(renamed(19))).state == "held"


def test_only_the_newest_of_several_waits(file: FeedFile) -> None:
    source = make_source()
    run = held(source, file)
    assert run_to_end(source, file.write(renamed(18))).state == "held"
    assert (run_of(run.id).state, run_of(run.id).decision) == ("finished", "superseded")


def test_a_file_as_usual_settles_it(file: FeedFile) -> None:
    source = make_source()
    run = held(source, file)
    assert run_to_end(source, file.write(records(20))).verdict == "valid"
    assert run_of(run.id).decision == "superseded"


def test_a_decision_is_made_once_and_is_not_about_removals(file: FeedFile) -> None:
    run = held(make_source(), file)
    admin = make_admin()
    for decision in (approve_removals, discard_removals):
        with pytest.raises(NothingToDecide):
            decision(decided(run), admin)
    leave_file(decided(run), admin)
    for decide in (leave_file, read_anyway):
        with pytest.raises(NothingToDecide):
            decide(decided(run), admin)
    db.session.rollback()
