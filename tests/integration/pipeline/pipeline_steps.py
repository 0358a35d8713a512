"""The pipeline's own steps, worked through in the test's process: import ▸ offers ▸ finish."""

from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Select, select, text

from jobs import tasks
from jobs.worker import OffersWorker
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.models import (
    Mapping,
    Offer,
    OfferJob,
    OfferProblem,
    OfferRevision,
    Retry,
    Run,
    Source,
    Trigger,
    utc_now,
)
from webapp.queries.retries import of_run
from webapp.services.accounts import create_agency
from webapp.services.retries import NothingToRetry, start_retry
from webapp.services.runs import start_run
from webapp.services.sources import SourceSettings, create_source


def make_source(
    location: str = "", *, name: str = "Harbour feed", preset: str = "kyero_v3", **settings: Any
) -> int:
    """A source of an agency of its own; returns its id."""
    agency = create_agency(f"Agency of {name}")
    source = create_source(agency, SourceSettings(name, location, preset, **settings))
    db.session.commit()
    return source.id


def start(source_id: int, file: Path | None = None) -> int:
    """Open a run; returns its id. With a file it reads that instead of the location."""
    trigger = Trigger.FILE if file else Trigger.SCHEDULE
    run = start_run(
        db.session.get_one(Source, source_id),
        trigger=trigger,
        file_path=str(file) if file else None,
    )
    db.session.commit()
    return run.id


def run_to_end(source_id: int, file: Path | None = None) -> Run:
    run_id = start(source_id, file)
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    return run_of(run_id)


def retry_all(run_id: int) -> int:
    """Have all that failed of the run sent again; returns how many were."""
    try:
        retry = start_retry(of_run(db.session.get_one(Run, run_id), utc_now()), None)
    except NothingToRetry:
        db.session.rollback()
        return 0
    db.session.commit()
    retry_id = retry.id
    tasks.send_retry(retry_id)
    return db.session.get_one(Retry, retry_id).sent


def work_offers() -> None:
    """The offers worker, until its queues are empty."""
    config: Config = current_app.config["OFFERDOCK"]
    worker = OffersWorker(config)
    with worker.connection:
        while taken := worker.dequeue_job_and_maintain_ttl(None):
            worker.execute_job(*taken)


def run_of(run_id: int) -> Run:
    return _detached(select(Run).where(Run.id == run_id))[0]


def counters(run: Run) -> dict[str, int]:
    """Those that are not zero."""
    names = (
        "read", "staged", "settled", "created", "updated", "unchanged", "superseded", "rejected",
        "failed", "quarantined", "missing", "withdrawn", "held", "unidentified",
    )  # fmt: skip
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def offer(source_id: int, external_id: str) -> Offer:
    statement = select(Offer).where(Offer.source_id == source_id, Offer.external_id == external_id)
    return _detached(statement)[0]


def lifecycles(source_id: int) -> dict[str, str]:
    """The lifecycle of every offer, by external id."""
    db.session.rollback()
    statement = select(Offer.external_id, Offer.lifecycle).where(Offer.source_id == source_id)
    return {external_id: found for external_id, found in db.session.execute(statement)}


def withdrawn(source: int) -> list[str]:
    """External ids of the offers that are."""
    return [one for one, lifecycle in lifecycles(source).items() if lifecycle == "withdrawn"]


def history(source_id: int, external_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and changes of every revision, the oldest first."""
    statement = (
        select(OfferRevision.kind, OfferRevision.changes)
        .where(OfferRevision.offer_id == offer(source_id, external_id).id)
        .order_by(OfferRevision.id)
    )
    return [(kind, changes) for kind, changes in db.session.execute(statement)]


def problems(source_id: int) -> list[OfferProblem]:
    statement = select(OfferProblem).where(OfferProblem.source_id == source_id)
    return _detached(statement.order_by(OfferProblem.position, OfferProblem.id))


def jobs_of(run_id: int) -> list[OfferJob]:
    return _detached(select(OfferJob).where(OfferJob.run_id == run_id).order_by(OfferJob.id))


def waiting(name: str) -> list[int]:
    """Offer jobs in one queue of Valkey, the next one first."""
    return queues.ids_named(queues.APPLY_OFFER, queues.queue(name).job_ids)


def next_mapping(source_id: int, **fields: dict[str, Any]) -> int:
    """Follow the source's mapping with a version that has other rules; returns its id."""
    source = db.session.get_one(Source, source_id)
    current = db.session.get_one(Mapping, source.mapping_id)
    document = {**current.document, "fields": {**current.document["fields"], **fields}}
    following = Mapping(source_id=source_id, version=current.version + 1, document=document)
    db.session.add(following)
    db.session.flush()
    source.mapping_id = following.id
    db.session.commit()
    return following.id


def sql(statement: str, **values: object) -> list[Any]:
    """Run and commit; the rows, if it gives any."""
    result: Any = db.session.execute(text(statement), values)
    rows = list(result) if result.returns_rows else []
    db.session.commit()
    db.session.expire_all()
    return rows


def _detached(statement: Select[Any]) -> list[Any]:
    """The rows as they stand in the database now; they survive the steps' own sessions."""
    db.session.rollback()
    db.session.expire_all()
    rows = list(db.session.scalars(statement))
    db.session.expunge_all()
    return rows
