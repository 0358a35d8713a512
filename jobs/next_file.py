"""Feeds of changes in several files: one a run, in their order, each right after the one before."""

from contextlib import suppress

from webapp.fetching import Fetching
from webapp.models import Run, Source, Trigger, Verdict
from webapp.services.runs import RunAlreadyOpen, start_run


def go_on_with_next_file(run: Run, source: Source) -> None:
    """When the run has read its file whole; one that can't be read holds up the newer ones.

    Flushes. The run must be over already: only one of a source is open.
    """
    if run.file_mark is None or run.verdict == Verdict.INCOMPLETE:
        return
    if run.started_at is None or run.started_at < source.located_at:
        # The address was changed while its files were read.
        return
    read = Fetching.model_validate(source.fetching).after(run.file_mark)
    source.fetching = read.as_document()
    if run.files_left and not source.is_paused:
        with suppress(RunAlreadyOpen):
            start_run(source, trigger=Trigger.SCHEDULE)
