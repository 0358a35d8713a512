"""What the deliveries that wait would do: counted as the split and the offers worker would have
it."""

from collections.abc import Iterator, Sequence
from itertools import count

from jobs.deliveries.waiting import Waiting
from jobs.detect.whole_file import Watch
from jobs.dry_run import DryRun, count_records
from jobs.formats.dict_record import DictRecord
from jobs.formats.record import RawRecord
from jobs.skipped_records import only_skipped, without_skipped
from webapp.models import Semantics


def count_deliveries(run: DryRun, waiting: Waiting, watch: Watch = iter) -> None:
    """:raise PipelineError: they hold no record that can be read"""
    run.semantics = Semantics.DELTA
    if waiting.settings.partial:
        run.document = run.document.model_copy(update={"partial": True})
    ignore_paths: Sequence[str] = run.source.ignore_paths if run.source else ()
    raw_records = watch(_raw_records(waiting, list(ignore_paths)))
    count_records(run, without_skipped(raw_records, run.document, run.facts))
    if run.counts["read"] == 0:
        if run.facts.skipped:
            raise only_skipped(run.facts)
        raise waiting.no_records()


def _raw_records(waiting: Waiting, ignore_paths: Sequence[str]) -> Iterator[RawRecord]:
    positions = count(1)
    for record in waiting.records():
        yield DictRecord(record, next(positions), None, ignore_paths)
