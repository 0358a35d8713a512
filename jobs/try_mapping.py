"""The trials that count: what a run, or a remap, would do under a mapping that may be new."""

from time import monotonic

from jobs.attempt import Attempt
from jobs.deliveries.dry_count import count_deliveries
from jobs.dry_finish import dry_remap_summary, dry_run_summary
from jobs.dry_read import count_feed
from jobs.dry_run import DryRun, count_stored_records
from jobs.errors import PermanentError
from jobs.stored_records import stored_records
from jobs.word_counts import WordCounts
from webapp.models import SourceStatus
from webapp.services.mappings import document_in_force
from webapp.services.remaps import EVERYTHING
from webapp.services.value_decisions import value_tables


def try_run(attempt: Attempt) -> None:
    """The feed as it is now, read whole; or the deliveries that wait.

    :raise PipelineError: there is nothing to count
    """
    is_new = attempt.document is not None
    run, began = _dry_run(attempt, None if is_new else attempt.source.mapping_id), monotonic()
    if (waiting := attempt.waiting()) is not None:
        count_deliveries(run, waiting, attempt.progress.watching)
    else:
        fetched = attempt.fetch()
        count_feed(run, fetched, fetched.files[0].name, attempt.progress.watching)
    attempt.result["summary"] = dry_run_summary(run)
    _conclude(attempt, run, began)


def try_remap(attempt: Attempt) -> None:
    """The stored records; nobody asks the vendor."""
    run, began = _dry_run(attempt, None), monotonic()
    records = stored_records(attempt.source.id, EVERYTHING)
    count_stored_records(run, attempt.progress.watching(records))
    attempt.result["summary"] = dry_remap_summary(run)
    _conclude(attempt, run, began)


def _dry_run(attempt: Attempt, mapping_id: int | None) -> DryRun:
    """`mapping_id`: under which known records need not be mapped again.

    :raise PermanentError: there is no mapping to try
    """
    source = attempt.source
    document = attempt.document or document_in_force(source)
    if document is None:
        raise PermanentError(
            "no_mapping",
            "This source has no mapping yet.",
            "Look at its feed first, and take over what is found.",
        )
    run = DryRun(source, document, mapping_id)
    if source.status == SourceStatus.SETUP:
        run.words = WordCounts(document, value_tables(source.id))
    return run


def _conclude(attempt: Attempt, run: DryRun, began: float) -> None:
    attempt.result["examples"] = run.examples.by_outcome
    attempt.result["seconds"] = round(monotonic() - began, 3)
    if run.words is not None:
        run.words.store(attempt.source.id)
