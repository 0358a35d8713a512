"""Trials worked through in the test's process, and what the run they foretell then does."""

import io
from pathlib import Path
from typing import Any

from pipeline_steps import run_to_end
from sqlalchemy import select

from jobs import tasks
from webapp.cli.problems import problem_counts
from webapp.cli.run_facts import run_facts
from webapp.extensions import db
from webapp.models import Source, Trial, TrialKind
from webapp.offers.mapping_document import MappingDocument
from webapp.services.drafts import begin_draft, save_draft
from webapp.services.trials import start_trial
from webapp.services.uploads import keep_upload

OWN_TO_RUNS = {"run", "state", "seconds"}


def tried(
    source_id: int,
    file: Path | None = None,
    *,
    document: MappingDocument | None = None,
    kind: TrialKind = TrialKind.DRY_RUN,
) -> Trial:
    """With a file: as if it had been sent through the browser."""
    source = db.session.get_one(Source, source_id)
    upload = keep_upload(source, file.name, io.BytesIO(file.read_bytes())) if file else None
    trial_id = start_trial(source, kind, None, document=document, upload=upload).id
    db.session.commit()
    return worked(trial_id)


def worked(trial_id: int) -> Trial:
    """As it stands then; it survives the steps' own sessions."""
    tasks.work_trial(trial_id)
    trial = db.session.scalars(select(Trial).where(Trial.id == trial_id)).one()
    db.session.expunge(trial)
    return trial


def summary_of(trial: Trial) -> dict[str, Any]:
    assert (trial.state, trial.error_code) == ("done", None), trial.error_message
    assert trial.result is not None
    summary: dict[str, Any] = trial.result["summary"]
    return without_own(summary)


def examples_of(trial: Trial) -> dict[str, Any]:
    assert trial.result is not None
    examples: dict[str, Any] = trial.result["examples"]
    return examples


def happened(source_id: int, file: Path) -> dict[str, Any]:
    facts = run_facts(run_to_end(source_id, file))
    return without_own({**facts, "problems": problem_counts(source_id)})


def without_own(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in OWN_TO_RUNS}


def document_of(source_id: int, **changes: Any) -> MappingDocument:
    """The mapping in force, with changes of its top level; `fields` are laid over its own."""
    mapping = db.session.get_one(Source, source_id).mapping
    assert mapping is not None
    data = {**mapping.document, **changes}
    data["fields"] = {**mapping.document["fields"], **changes.get("fields", {})}
    return MappingDocument.model_validate(data)


def put_in_force(source_id: int, document: MappingDocument) -> int | None:
    """As a person saves a draft; returns the run that this starts."""
    source = db.session.get_one(Source, source_id)
    draft = begin_draft(source, document, None, "")
    _, run = save_draft(source, draft.step, None)
    db.session.commit()
    return run.id if run else None
