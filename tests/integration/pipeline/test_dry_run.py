"""A dry run says beforehand what the import of the same file then does, and writes nothing."""

from pathlib import Path

import pytest
from flask import current_app
from kyero_by_hand import FeedFile, feed, record, records
from pipeline_steps import make_source, next_mapping, run_to_end, sql

from jobs.dry_finish import dry_run_summary
from jobs.dry_import import dry_import
from jobs.errors import PermanentError
from webapp.cli.problems import problem_counts
from webapp.cli.run_facts import run_facts
from webapp.extensions import db
from webapp.models import Source


def foretold(source_id: int | None, file: Path) -> dict[str, object]:
    before = everything()
    source = None if source_id is None else db.session.get_one(Source, source_id)
    summary = dry_run_summary(dry_import(file, source, "kyero_v3", current_app.config["OFFERDOCK"]))
    assert everything() == before
    return summary


def happened(source_id: int, file: Path) -> dict[str, object]:
    facts = run_facts(run_to_end(source_id, file))
    return {**facts, "problems": problem_counts(source_id)}


def everything() -> list[tuple[object, ...]]:
    return [
        tuple(sql(f"SELECT count(*), sum(hashtext({table}::text)) FROM {table}")[0])
        for table in ("sources", "mappings", "runs", "offers", "offer_jobs", "problems", "run_seen")
    ]


def assert_foretold(source_id: int, file: Path) -> dict[str, object]:
    """The import does what the dry run said; returns its summary."""
    dry, real = foretold(source_id, file), happened(source_id, file)
    assert (dry["run"], dry["state"]) == (None, "dry_run")
    own = {"run", "state", "seconds"}
    assert {name: real[name] for name in real if name not in own} == {
        name: dry[name] for name in dry if name not in own
    }
    return real


def test_a_first_import_and_one_with_changes_are_foretold(file: FeedFile) -> None:
    source = make_source()
    assert assert_foretold(source, file.write(records(20)))["created"] == 20
    changed = [*records(19, H3="Denia", H7="Calpe"), record("H99")]
    real = assert_foretold(source, file.write(changed))
    assert [real[name] for name in ("created", "updated", "unchanged", "missing")] == [1, 2, 17, 1]


def test_the_same_file_again_is_foretold_as_unchanged(file: FeedFile) -> None:
    source = make_source()
    path = file.write(records(5))
    run_to_end(source, path)
    assert assert_foretold(source, path)["verdict"] == "unchanged"


def test_removals_are_foretold_missing_withdrawn_held_and_returned(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(20)))
    assert assert_foretold(source, file.write(records(19)))["missing"] == 1
    assert assert_foretold(source, file.write(records(19)))["withdrawn"] == 1
    assert assert_foretold(source, file.write(records(20)))["updated"] == 1
    assert assert_foretold(source, file.write(records(9)))["held"] == 11


def test_refused_records_are_foretold_also_when_they_come_again(file: FeedFile) -> None:
    source = make_source()
    many = [*records(30), record("H3"), record(None)]
    assert assert_foretold(source, file.write(many))["rejected"] == 2
    assert assert_foretold(source, file.write(many))["rejected"] == 2


def test_a_new_mapping_is_foretold(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(6)))
    next_mapping(source, reference={"constant": "ours"})
    assert assert_foretold(source, file.write(records(6)))["updated"] == 6


def test_a_feed_that_breaks_off_is_foretold_as_incomplete(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write(records(10)))
    whole = feed(records(10), version="broken")
    real = assert_foretold(source, file.write_text(whole[: whole.index("H8")]))
    assert (real["verdict"], real["missing"]) == ("incomplete", 0)


def test_a_new_source_is_foretold_without_being_made(file: FeedFile) -> None:
    summary = foretold(None, file.write(records(4)))
    assert (summary["created"], summary["verdict"]) == (4, "valid")


def test_a_feed_without_records_is_refused(file: FeedFile) -> None:
    with pytest.raises(PermanentError, match="no offers"):
        foretold(None, file.write([]))
