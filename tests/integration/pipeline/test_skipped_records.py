"""Records that are no offers for us: as if the feed did not have them, and yet they are counted."""

from typing import Any

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import counters, lifecycles, make_source, problems, run_to_end, sql

from jobs.dry_finish import dry_run_summary
from jobs.dry_import import dry_import
from webapp.database_json import json_dumps
from webapp.extensions import db
from webapp.models import Run, Source
from webapp.offers.validity import FeedFacts, incompleteness

DRAFT = "<state>Draft</state>"


def make_skipping() -> int:
    source = make_source()
    sql(
        "UPDATE mappings SET document = document || CAST(:parts AS jsonb) WHERE source_id = :id",
        parts=json_dumps({"skip_when": [{"path": "state", "equals": "draft"}]}),
        id=source,
    )
    return source


def read_facts(run: Run) -> dict[str, Any]:
    facts: dict[str, Any] = next(step["detail"] for step in run.steps if step["name"] == "read")
    return facts


def test_drafts_are_left_out_and_counted(file: FeedFile) -> None:
    source = make_skipping()
    run = run_to_end(source, file.write([*records(3), record("D1", more=DRAFT)]))
    assert (run.state, run.verdict) == ("finished", "valid")
    assert counters(run) == {"read": 3, "staged": 3, "settled": 3, "created": 3}
    assert (read_facts(run)["records"], read_facts(run)["skipped"]) == (3, 1)
    assert set(lifecycles(source)) == {"H1", "H2", "H3"}
    assert problems(source) == []


def test_an_offer_that_becomes_a_draft_is_absent(file: FeedFile) -> None:
    source = make_skipping()
    run_to_end(source, file.write(records(8)))
    left = [*records(7), record("H8", more=DRAFT)]
    run_to_end(source, file.write(left))
    assert lifecycles(source)["H8"] == "missing"
    run_to_end(source, file.write([*left, record("D9", more=DRAFT)]))
    assert lifecycles(source)["H8"] == "withdrawn"


def test_a_feed_of_drafts_alone_withdraws_nothing(file: FeedFile) -> None:
    source = make_skipping()
    run_to_end(source, file.write(records(2)))
    run = run_to_end(source, file.write([record("H1", more=DRAFT), record("H2", more=DRAFT)]))
    assert (run.state, run.error_code) == ("failed", "only_skipped")
    assert set(lifecycles(source).values()) == {"live"}


@pytest.mark.parametrize("declared", [3, 4])
def test_a_vendor_may_announce_drafts_or_not(declared: int) -> None:
    facts = FeedFacts(
        read=3, unidentified=0, rejected=0, remembered=3, read_to_the_end=True,
        declared=declared, earlier_counts=(), skipped=1,
    )  # fmt: skip
    assert incompleteness(facts) == []


def test_a_dry_run_leaves_them_out_too(file: FeedFile, app: Any) -> None:
    source = make_skipping()
    path = file.write([*records(3), record("D1", more=DRAFT)])
    found = dry_import(
        path, db.session.get_one(Source, source), "kyero_v3", app.config["OFFERDOCK"]
    )
    summary = dry_run_summary(found)
    assert (summary["read"], summary["created"], found.facts.skipped) == (3, 3, 1)
