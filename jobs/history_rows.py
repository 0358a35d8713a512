"""What a turn leaves behind beside the offers: revisions, current problems, rejections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from jobs.claim_jobs import ClaimedJob
from jobs.json_rows import bytea, json_rows
from jobs.map_jobs import MappedJob
from jobs.problem_rows import ProblemRow, insert_problems
from webapp.extensions import db
from webapp.models import JobState, Outcome, RevisionKind
from webapp.offers.price_moves import price_move

if TYPE_CHECKING:
    from jobs.fates import Fate

_INSERT_REVISIONS = text("""
    INSERT INTO offer_revisions (offer_id, run_id, delivery_id, job_id, kind, changes, price_move,
        at)
    SELECT *, now() FROM json_to_recordset(CAST(:rows AS json)) AS new (offer_id bigint,
        run_id bigint, delivery_id bigint, job_id bigint, kind text, changes jsonb,
        price_move double precision)
""")

# With no offer to belong to, they go with the run's successor as those of the reading do.
OF_THE_RUN = frozenset({"withdrawn_unknown"})

# Problems found at the reading (no job) belong to the run and go with the next run's finish.
_DELETE_PROBLEMS = text("""
    DELETE FROM problems USING json_to_recordset(CAST(:rows AS json))
        AS applied (source_id bigint, external_id text)
    WHERE problems.source_id = applied.source_id
        AND problems.external_id = applied.external_id AND problems.job_id IS NOT NULL
""")

_DELETE_REJECTIONS = text("""
    DELETE FROM rejections USING json_to_recordset(CAST(:rows AS json))
        AS applied (source_id bigint, external_id text)
    WHERE rejections.source_id = applied.source_id
        AND rejections.external_id = applied.external_id
""")

_REMEMBER_REJECTIONS = text("""
    WITH refused AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS refused (source_id bigint,
            external_id text, raw_hash bytea, mapping_id bigint, job_id bigint)
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
    rows = [
        {
            "offer_id": revision.offer_id,
            "run_id": revision.job.run_id,
            "delivery_id": revision.job.delivery_id,
            "job_id": revision.job.id,
            "kind": revision.kind,
            "changes": revision.changes,
            "price_move": price_move(revision.changes),
        }
        for revision in revisions
    ]
    db.session.execute(_INSERT_REVISIONS, {"rows": json_rows(rows)})


def replace_problems(mapped: Sequence[MappedJob], fates: "Mapping[int, Fate]") -> None:
    """The problems of the latest record take the place of the earlier ones'."""
    latest = [one for one in mapped if fates[one.job.id].outcome != Outcome.SUPERSEDED]
    db.session.execute(_DELETE_PROBLEMS, _keys([one.job for one in latest]))
    rows: list[ProblemRow] = []
    for one in latest:
        job = one.job
        rows.extend(
            ProblemRow(
                found,
                job.origin,
                None if found.code in OF_THE_RUN else job.id,
                job.external_id,
                job.position,
                job.line,
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
        rows = [
            {
                "source_id": job.source_id,
                "external_id": job.external_id,
                "raw_hash": bytea(job.raw_hash),
                "mapping_id": job.mapping_id,
                "job_id": job.id,
            }
            for job in rejected
        ]
        db.session.execute(_REMEMBER_REJECTIONS, {"rows": json_rows(rows)})


def _keys(jobs: Sequence[ClaimedJob]) -> dict[str, str]:
    return {
        "rows": json_rows(
            [{"source_id": job.source_id, "external_id": job.external_id} for job in jobs]
        )
    }
