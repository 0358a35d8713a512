"""Trials: what a person tries before anything is written, worked to a result or to the reason why
there is none. Nothing is tried again by itself: the person does."""

import logging
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app

from jobs.attempt import Attempt
from jobs.claim_trials import ClaimedTrial, TrialStopped, claim_trial, end_trial, fail_trial
from jobs.database_away import DATABASE_AWAY
from jobs.errors import PermanentError, PipelineError
from jobs.faults import report_fault
from jobs.lease import trial_kept_alive
from jobs.look import look
from jobs.trial_progress import TrialProgress
from jobs.try_mapping import try_remap, try_run
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Source, TrialKind
from webapp.offers.mapping_document import MappingDocument

log = logging.getLogger(__name__)

WORK: dict[str, Callable[[Attempt], None]] = {
    TrialKind.LOOK: look,
    TrialKind.DRY_RUN: try_run,
    TrialKind.DRY_REMAP: try_remap,
}


def work_trial(trial_id: int) -> None:
    """Try what is asked for. Commits; a trial that is over or in other hands is left alone."""
    config: Config = current_app.config["OFFERDOCK"]
    trial = claim_trial(trial_id, config.lease_seconds)
    if trial is None:
        return
    try:
        with trial_kept_alive(trial):
            _try(trial, config)
    except TrialStopped:
        log.info("Trial %d was cancelled or interrupted.", trial.id)


def _try(trial: ClaimedTrial, config: Config) -> None:
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=config.spool_dir, prefix=f"run-trial-{trial.id}-") as folder:
        attempt = Attempt(
            trial,
            db.session.get_one(Source, trial.source_id),
            MappingDocument.model_validate(trial.document) if trial.document else None,
            Path(folder) / "feed",
            config,
            TrialProgress(trial),
        )
        try:
            WORK[trial.kind](attempt)
            end_trial(trial, attempt.result)
        except PipelineError as error:
            fail_trial(trial, _for_a_person(error), attempt.result or None)
        except (TrialStopped, *DATABASE_AWAY):
            # With the database away nothing can be noted: the lease tells of it.
            raise
        except Exception as error:
            report_fault(trial, "trial_failed", error)
            fail_trial(trial, _own_fault(error), attempt.result or None)


def _for_a_person(error: PipelineError) -> PipelineError:
    """The words of a run's failure promise that it is tried again; here the person does that."""
    error.hint = (
        error.hint.replace("It is tried again", "Try it again")
        .replace("again later by itself", "again later")
        .replace("again by itself", "again")
    )
    return error


def _own_fault(error: Exception) -> PermanentError:
    return PermanentError(
        "trial_failed",
        "This failed because of a fault in Offerdock.",
        f"Try it again; if it goes on, tell whoever runs Offerdock: {type(error).__name__}. "
        "Nothing was changed.",
    )
