"""What a trial says of a real feed is what the run then does. Runs on real files beside the
repository, which are no part of it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from jobs import tasks
from jobs.detect import Detection, detect_feed
from jobs.errors import PermanentError
from jobs.mappings import compiled_mapping, mapping_document
from jobs.run_here import run_here
from tests.people import make_agency, make_user
from webapp.cli.problems import problem_counts
from webapp.cli.run_facts import run_facts
from webapp.extensions import db
from webapp.models import Agency, Source, Trial, TrialKind, User
from webapp.services.drafts import begin_draft, save_draft
from webapp.services.sources import SourceSettings, create_source
from webapp.services.trials import start_trial
from webapp.services.uploads import keep_upload, start_upload

SHARED = Path(__file__).parents[2].parent / "shared" / "feeds"
LARGEST_BYTES = 3_000_000
OWN_TO_RUNS = ("run", "state", "seconds")


def recognised() -> Iterator[tuple[Path, Detection]]:
    for path in sorted(SHARED.rglob("*")):
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
            continue
        try:
            found = detect_feed(path)
        except PermanentError:
            continue
        if found.preset is not None:
            yield path, found


def foretold(source: Source, path: Path, detection: Detection | None = None) -> dict[str, Any]:
    upload = keep_upload(source, path.name, io.BytesIO(path.read_bytes()))
    document = detection.document if detection else None
    trial_id = start_trial(source, TrialKind.DRY_RUN, None, document=document, upload=upload).id
    db.session.commit()
    tasks.work_trial(trial_id)
    trial = db.session.scalars(select(Trial).where(Trial.id == trial_id)).one()
    if trial.result is None or "summary" not in trial.result:
        return {"error": trial.error_message}
    return without_own(trial.result["summary"])


def happened(source: Source, path: Path, user: User, app: Flask) -> dict[str, Any]:
    run_id = start_upload(source, user, path.name, io.BytesIO(path.read_bytes())).id
    db.session.commit()
    run = run_here(run_id, app.config["OFFERDOCK"])
    if run.state == "failed":
        return {"error": run.error_message}
    return without_own({**run_facts(run), "problems": problem_counts(run.source_id)})


def without_own(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in OWN_TO_RUNS}


def test_a_trial_of_a_real_feed_says_what_the_run_does(
    session: scoped_session[Session], app: Flask
) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"there are no real feeds in {SHARED}")
    compiled_mapping.cache_clear()
    mapping_document.cache_clear()
    agency_id, user_id = make_agency().id, make_user().id
    equal: list[str] = []
    records = 0
    different: dict[str, Any] = {}
    for path, found in recognised():
        agency, user = db.session.get_one(Agency, agency_id), db.session.get_one(User, user_id)
        name = str(path.relative_to(SHARED))
        source_id = create_source(agency, SourceSettings(name, "", found.document.name)).id
        db.session.commit()
        # The first reading, and one under the next version of the mapping.
        for detection in (None, found):
            source = db.session.get_one(Source, source_id)
            said = foretold(source, path, detection)
            source, user = db.session.get_one(Source, source_id), db.session.get_one(User, user_id)
            if detection is not None:
                draft = begin_draft(source, detection.document, user, "")
                save_draft(source, draft.step, user)
                db.session.execute(
                    text("UPDATE runs SET state = 'cancelled' WHERE state = 'queued'")
                )
            done = happened(source, path, user, app)
            records += done.get("read", 0)
            which = f"{name} {'again' if detection else 'first'}"
            if said == done:
                equal.append(which)
            else:
                different[which] = {
                    key: (said.get(key), done.get(key))
                    for key in {*said, *done}
                    if said.get(key) != done.get(key)
                }
    print(
        f"{len(equal)} of {len(equal) + len(different)} readings, {records} records, are foretold"
    )
    assert different == {}
    assert records
