"""What a turn leaves behind beside the offers: revisions, current problems, rejections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.map_jobs import MappedJob
from jobs.problem_rows import ProblemRow, insert_problems
from webapp.extensions import db
from webapp.models import JobState, Outcome, RevisionKind

if TYPE_CHECKING:
    from jobs.settle import Fate

_INSERT_REVISIONS = text("""
    INSERT INTO offer_revisions (offer_id, run_id, job_id, kind, changes, at)
    SELECT *, now() FROM unnest(CAST(:offer_ids AS bigint[]), CAST(:run_ids AS bigint[]),
        CAST(:job_ids AS bigint[]), CAST(:kinds AS text[]), CAST(:changes AS jsonb[]))
""")

# Problems found at the reading (no job) belong to the run and go with the next run's finish.
_DELETE_PROBLEMS = text("""
    DELETE FROM problems USING unnest(CAST(:source_ids AS bigint[]),
        CAST(:external_ids AS text[])) AS applied (source_id, external_id)
    WHERE problems.source_id = applied.source_id
        AND problems.external_id = applied.external_id AND problems.job_id IS NOT NULL
""")

_DELETE_REJECTIONS = text("""
    DELETE FROM rejections USING unnest(CAST(:source_ids AS bigint[]),
        CAST(:external_ids AS text[])) AS applied (source_id, external_id)
    WHERE rejections.source_id = applied.source_id
        AND rejections.external_id = applied.external_id
""")

_REMEMBER_REJECTIONS = text("""
    WITH refused AS (
        SELECT * FROM unnest(CAST(:source_ids AS bigint[]), CAST(:external_ids AS text[]),
            CAST(:hashes AS bytea[]), CAST(:mapping_ids AS bigint[]), CAST(:job_ids AS bigint[]))
            AS refused (source_id, external_id, raw_hash, mapping_id, job_id)
    ), marked AS (
        UPDATE offers SET sync_status = 'rejected' FROM refused
        WHERE offers.source_id = refused.source_id AND offers.external_id = refused.external_id
    )
    INSERT INTO rejections (source_id, external_id, raw_hash, mapping_id, job_id)
    SELECT * FROM refused
    ON CONFLICT (source_id, external_id) DO UPDATE SET raw_hash = excluded.raw_hash,
        mapping_id = excluded.mapping_id, job_id = excluded.job_id
""")


@dataclass(slots=True)
class NewRevision:
    offer_id: int
    job: ClaimedJob
    kind: RevisionKind
    changes: dict[str, Any]


def insert_revisions(revisions: Sequence[NewRevision]) -> None:
    if not revisions:
        return
    db.session.execute(
        _INSERT_REVISIONS,
        {
            "offer_ids": [revision.offer_id for revision in revisions],
            "run_ids": [revision.job.run_id for revision in revisions],
            "job_ids": [revision.job.id for revision in revisions],
            "kinds": [revision.kind for revision in revisions],
            "changes": [orjson.dumps(revision.changes).decode() for revision in revisions],
        },
    )


def replace_problems(mapped: Sequence[MappedJob], fates: "Mapping[int, Fate]") -> None:
    """The problems of the latest record take the place of the earlier ones'."""
    latest = [one for one in mapped if fates[one.job.id].outcome != Outcome.SUPERSEDED]
    db.session.execute(_DELETE_PROBLEMS, _keys([one.job for one in latest]))
    rows: list[ProblemRow] = []
    for one in latest:
        job = one.job
        rows.extend(
            ProblemRow(
                found, job.source_id, job.run_id, job.id, job.external_id, job.position, job.line
            )
            for found in one.problems
        )
    insert_problems(rows)


def replace_rejections(fates: "Mapping[int, Fate]") -> None:
    """Remember refused records, so that the same ones aren't tried again with every run."""
    rejected = [fate.job for fate in fates.values() if fate.state == JobState.REJECTED]
    applied = [
        fate.job
        for fate in fates.values()
        if fate.state == JobState.DONE and fate.outcome != Outcome.SUPERSEDED
    ]
    db.session.execute(_DELETE_REJECTIONS, _keys(applied))
    if rejected:
        db.session.execute(
            _REMEMBER_REJECTIONS,
            {
                **_keys(rejected),
                "hashes": [job.raw_hash for job in rejected],
                "mapping_ids": [job.mapping_id for job in rejected],
                "job_ids": [job.id for job in rejected],
            },
        )


def _keys(jobs: Sequence[ClaimedJob]) -> dict[str, object]:
    return {
        "source_ids": [job.source_id for job in jobs],
        "external_ids": [job.external_id for job in jobs],
    }
