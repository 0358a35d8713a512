"""An id that comes twice in one run: refused where the feed lists what there is, the newer record
in force where it tells what changed."""

from collections.abc import Sequence

from jobs.claims import ClaimedRun
from jobs.formats.record import Record
from jobs.partial_records import staged_records
from webapp.offers.laid_over import laid_over


def merged_in_order(
    run: ClaimedRun, external_ids: Sequence[str], records: Sequence[Record]
) -> dict[str, Record]:
    """Of partial records, each id's own laid one over the other, and over what this run has staged
    for it in earlier chunks: in whatever order the jobs are then worked, the newest is whole."""
    merged = staged_records(run.source_id, run.id, list(dict.fromkeys(external_ids)))
    for external_id, record in zip(external_ids, records, strict=True):
        merged[external_id] = laid_over(merged.get(external_id), record)
    return merged
