"""The reading of a dry run: the whole feed, file by file, as the run would read it."""

from collections.abc import Sequence

from jobs.detect.whole_file import Watch
from jobs.dry_run import DryRun, count_records
from jobs.errors import PermanentError
from jobs.fetch.request import Fetched
from jobs.formats.feed import no_records
from jobs.read_files import read_files
from jobs.semantics import semantics_of_all
from jobs.skipped_records import only_skipped, without_skipped
from webapp.models import Semantics


def count_feed(run: DryRun, fetched: Fetched, place: str, watch: Watch = iter) -> None:
    """What ends the reading early is kept as `run.error`.

    :raise PermanentError: the feed holds no record, or none that can be read
    """
    document = run.document
    ignore_paths: Sequence[str] = run.source.ignore_paths if run.source else ()
    raw_records = read_files(
        fetched.files,
        document.reading,
        facts=run.facts,
        header=document.header,
        ignore_paths=list(ignore_paths),
    )
    run.sha256 = fetched.sha256
    try:
        count_records(run, without_skipped(watch(raw_records), document, run.facts))
    except PermanentError as error:
        run.error = error
    run.semantics = semantics_of_all(document, run.facts)
    if run.counts["read"] == 0 and (run.error or run.semantics == Semantics.SNAPSHOT):
        if run.error is None and run.facts.skipped:
            raise only_skipped(run.facts)
        raise run.error or no_records(document.reading, place)
