"""How one offer of a turn goes wrong for real: in its record, its judgement, the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from pipeline_steps import sql

from jobs.claim_jobs import claim_jobs
from jobs.map_jobs import MappedJob
from jobs.settle import write_turn
from webapp.config import Config
from webapp.offers.problems import problem


@contextmanager
def database_refusing(condition: str) -> Iterator[None]:
    """While it lasts, the offers table takes no row for which `condition` holds."""
    sql(f"ALTER TABLE offers ADD CONSTRAINT refusing CHECK (NOT ({condition}))")
    try:
        yield
    finally:
        sql("ALTER TABLE offers DROP CONSTRAINT refusing")


def refuse(job_id: int) -> None:
    """Settle a waiting job as a validation does that finds the offer's type missing."""
    config: Config = current_app.config["OFFERDOCK"]
    [job] = claim_jobs([job_id], config.lease_seconds, alone=False)
    write_turn([MappedJob(job, None, [problem("missing_required", "type")])])


def spoil_record(job_id: int) -> None:
    """The stored record can't be unpacked any more: mapping it crashes."""
    sql("UPDATE offer_records SET payload = 'scrambled' WHERE id = :id", id=job_id)
