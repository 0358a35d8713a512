"""After a run whose records looked changed although their offers stayed the same: which fields it
was, proposed to people as ignore paths."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from zstandard import ZstdDecompressor

from jobs.formats.record import Record
from jobs.job_rows import record_of
from webapp import queues
from webapp.extensions import db
from webapp.models import Run, Source, Trigger
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import is_plain
from webapp.offers.used_paths import UsedPaths
from webapp.offers.volatile import FEWEST_PAIRS, volatile_paths
from webapp.services.mappings import document_in_force

MOST_PAIRS = 200
SAME_SHARE = 0.8
# A vendor that dates everything anew at each export changes no offer by that.
DATE_OF_UPDATE = "source_updated_at"

_SAME = f"""
    job.run_id = :run_id AND (job.outcome = 'unchanged' OR (job.outcome = 'updated' AND EXISTS (
        SELECT FROM offer_revisions AS revision
        WHERE revision.run_id = :run_id AND revision.kind = 'updated'
            AND revision.job_id = job.id AND revision.changes - '{DATE_OF_UPDATE}' = '{{}}'
    )))
"""

_COUNT = text(f"""
    SELECT count(*), count(*) FILTER (WHERE {_SAME}) FROM offer_jobs AS job
    WHERE job.run_id = :run_id AND job.outcome IN ('unchanged', 'updated')
""")

# Each record of the run beside the one that its offer was made of before.
_PAIRS = text(f"""
    SELECT before.payload, now.payload
    FROM (
        SELECT id, source_id, external_id FROM offer_jobs AS job WHERE {_SAME}
        ORDER BY id LIMIT :most
    ) AS same
    CROSS JOIN LATERAL (
        SELECT id FROM offer_jobs AS job
        WHERE job.source_id = same.source_id AND job.external_id = same.external_id
            AND job.id < same.id AND job.outcome IN ('created', 'updated', 'unchanged')
        ORDER BY id DESC LIMIT 1
    ) AS earlier
    JOIN offer_records AS before ON before.id = earlier.id
    JOIN offer_records AS now ON now.id = same.id
    ORDER BY same.id
""")


def ring_for_volatile_paths(run: Run) -> None:
    """Where enough offers that were known had to be looked at. Rings after the commit."""
    if run.trigger != Trigger.REMAP and run.staged - run.created >= FEWEST_PAIRS:
        queues.enqueue_after_commit(
            db.session(), queues.DEFAULT, queues.FIND_VOLATILE_PATHS, run.id,
            job_id=f"volatile-{run.id}",
        )  # fmt: skip


def find_volatile_paths(run_id: int) -> None:
    """Note them at the run's source, beside those of earlier runs. Commits; counts a run once."""
    known, same = db.session.execute(_COUNT, {"run_id": run_id}).one()
    if known < FEWEST_PAIRS or same < SAME_SHARE * known:
        return
    found = volatile_paths(_pairs(run_id))
    run = db.session.get_one(Run, run_id)
    source = db.session.get_one(Source, run.source_id, with_for_update=True)
    if (document := document_in_force(source)) is not None:
        useful = {path: share for path, share in found.items() if _may_be_ignored(path, document)}
        source.volatile_paths = _noted(source, useful, run_id)
    db.session.commit()


def _pairs(run_id: int) -> Iterator[tuple[Record, Record]]:
    decompressor = ZstdDecompressor()
    rows = db.session.execute(_PAIRS, {"run_id": run_id, "most": MOST_PAIRS})
    for before, now in rows:
        yield record_of(before, decompressor), record_of(now, decompressor)


def _may_be_ignored(path: str, document: MappingDocument) -> bool:
    """Nothing that the offer is made of; ignore paths are plain."""
    fields = {name: rules for name, rules in document.fields.items() if name != DATE_OF_UPDATE}
    used = UsedPaths(document.model_copy(update={"fields": fields}))
    return is_plain(path) and not used.touching(path)


def _noted(source: Source, found: dict[str, float], run_id: int) -> list[dict[str, Any]]:
    """What is proposed already stays; a path in force needs no proposal."""
    noted = {entry["path"]: entry for entry in source.volatile_paths}
    for path, share in found.items():
        entry = noted.get(path, {"path": path, "runs": 0, "refused": False})
        if path in source.ignore_paths or entry.get("last_run") == run_id:
            continue
        noted[path] = {**entry, "share": share, "runs": entry["runs"] + 1, "last_run": run_id}
    return list(noted.values())
