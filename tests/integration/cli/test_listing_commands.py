"""`flask offers`, `runs`, `problems` and `schema`: what a source holds, for scripts."""

import json
from pathlib import Path

import pytest
from cli_answers import Feeds, Flasks
from flask import current_app
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from jobs.run_here import run_here
from webapp.extensions import db
from webapp.models import Trigger
from webapp.offers.canonical import Offer
from webapp.services.file_sources import source_for_files
from webapp.services.runs import start_run


@pytest.fixture
def imported(session: scoped_session[Session], feed: Feeds) -> Path:
    """A source with one run, made in this process."""
    file = feed(offers=25, bad=0.4)
    import_again(file)
    return file


def import_again(file: Path, agency: str = "marisol") -> None:
    source = source_for_files(agency, "costa", "kyero_v3")
    run = start_run(source, trigger=Trigger.FILE, file_path=str(file))
    db.session.commit()
    run_here(run.id, current_app.config["OFFERDOCK"])
    db.session.rollback()


def test_offers_are_canonical_and_ordered_and_a_withdrawn_one_says_so(
    flask: Flasks, imported: Path, session: scoped_session[Session]
) -> None:
    session.execute(
        text("UPDATE offers SET lifecycle = 'withdrawn' WHERE external_id = 'CC000007'")
    )
    session.commit()
    answer = flask("offers", "--source", "costa", "--jsonl")
    offers = [json.loads(line) for line in answer.stdout.splitlines()]
    ids = [offer["external_id"] for offer in offers]
    assert ids == sorted(ids)
    assert len(ids) == 25
    assert [one["external_id"] for one in offers if one["status"] == "withdrawn"] == ["CC000007"]
    assert list(offers[0]) == list(flask("schema").json["properties"])
    accepts = TypeAdapter(Offer)
    assert all(accepts.validate_python(offer)["external_id"] for offer in offers)


def test_runs_come_with_their_counters_the_latest_first(flask: Flasks, imported: Path) -> None:
    import_again(imported)
    found = flask("runs", "--source", "costa", "--json").json
    assert (found["agency"], found["source"]) == ("marisol", "costa")
    assert [run["verdict"] for run in found["runs"]] == ["unchanged", "valid"]
    assert found["runs"][1]["created"] == 25
    assert [run["run"] for run in found["runs"]] == [2, 1]


def test_problems_say_which_record_and_what_to_do(flask: Flasks, imported: Path) -> None:
    found = flask("problems", "--source", "costa", "--json").json
    assert len(found["problems"]) == sum(found["counts"].values()) > 0
    assert all(one["message"] and one["hint"] and one["line"] for one in found["problems"])
    places = [one["position"] for one in found["problems"]]
    assert places == sorted(places)


def test_a_source_that_is_not_there_or_not_the_only_one_is_refused(
    flask: Flasks, imported: Path
) -> None:
    assert flask("runs", "--source", "nope", "--json").refusal == (
        "There is no source nope. There are: costa (of marisol)."
    )
    assert flask("offers", "--source", "costa", "--agency", "nobody").refusal == (
        "There is no source costa: there is no agency nobody."
    )
    import_again(imported, agency="casa-brisa")
    assert flask("problems", "--source", "costa").refusal == (
        "More than one source is called costa; name its agency with --agency: casa-brisa, marisol."
    )
