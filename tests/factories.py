"""Fictional sources, runs, offers and problems, made straight in the tables for tests of pages."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import orjson
import zstandard
from sqlalchemy import cast, update
from sqlalchemy.dialects.postgresql import TSVECTOR

from webapp.extensions import db
from webapp.models import (
    Agency,
    Fault,
    Issue,
    JobState,
    Offer,
    OfferJob,
    OfferProblem,
    OfferRecord,
    OfferRevision,
    Rejection,
    Run,
    RunRemoval,
    RunState,
    ScheduleKind,
    Source,
    Trigger,
    Verdict,
    utc_now,
)
from webapp.offer_search import search_vector
from webapp.offers.summary import summary_of
from webapp.schedules import Schedule
from webapp.services.sources import SourceSettings, create_source

_numbers = count(1)

EVERY_SIX_HOURS = Schedule(ScheduleKind.INTERVAL, "360", "Europe/Madrid")
TWICE_A_DAY = Schedule(ScheduleKind.DAILY, "03:00,13:00", "Europe/Madrid")
TOWNS = ("Puerto Lirio", "Villanueva del Faro", "Monte Alcor", "Río Calmo")


def make_source(agency: Agency, name: str = "Lirio CRM", **changes: Any) -> Source:
    settings = SourceSettings(
        name=name,
        location=changes.pop("location", "https://feeds.example/lirio.xml?key=s3cret"),
        preset="kyero_v3",
        schedule=changes.pop("schedule", EVERY_SIX_HOURS),
        credentials=changes.pop("credentials", None),
    )
    source = create_source(agency, settings)
    return _with(source, changes)


def make_run(source: Source, state: str = RunState.FINISHED, **changes: Any) -> Run:
    """By default one that ended well a little while ago."""
    began = changes.pop("began", utc_now() - timedelta(minutes=30))
    run = Run(
        agency_id=source.agency_id,
        source_id=source.id,
        trigger=Trigger.SCHEDULE,
        state=state,
        mapping_id=source.mapping_id,
        created_at=began,
        started_at=began + timedelta(seconds=1),
    )
    if state in (RunState.FINISHED, RunState.HELD):
        run.verdict = Verdict.VALID
        run.finished_at = began + timedelta(seconds=9)
        run.steps = [
            step("fetch", began, 1.4, bytes=412_300),
            step("read", began + timedelta(seconds=1.4), 2.2, records=133),
            step("finish", began + timedelta(seconds=8.2), 0.12),
        ]
        run.http_status, run.bytes = 200, 412_300
    return _with(run, changes)


def step(name: str, began: datetime, seconds: float, **detail: object) -> dict[str, object]:
    ended = began + timedelta(seconds=seconds)
    return {
        "name": name,
        "started_at": began.isoformat(),
        "finished_at": ended.isoformat(),
        "detail": detail,
    }


def canonical(external_id: str, number: int = 0) -> dict[str, Any]:
    town = TOWNS[number % len(TOWNS)]
    kind = ("villa", "apartment", "townhouse", "plot")[number % 4]
    plain = (
        f"A bright {kind} ten minutes on foot from the harbour of {town}. Two terraces, a small "
        "garden with lemon trees and a view over the bay.\n\nSold by the owner, free at once."
    )
    return {
        "external_id": external_id,
        "reference": f"LR-{1000 + number}",
        "alternate_ids": [],
        "parent_id": None,
        "url": f"https://lirio.example/homes/{external_id}",
        "status": "active",
        "category": "residential",
        "type": kind,
        "subtype": kind.title(),
        "deals": [
            {"deal": "sale", "amount": 185_000 + 12_500 * number, "currency": "EUR",
             "period": "once", "per": "total", "on_request": False, "qualifier": None}
        ],
        "location": {"country": "ES", "region": "Costa Serena", "city": town, "lat": 36.71,
                     "lon": -4.42},
        "areas": {"built": 120 + number, "plot": 640},
        "bedrooms": 2 + number % 3,
        "bathrooms": 2,
        "new_build": False,
        "energy": {"class": "C"},
        "texts": [
            {"lang": "en", "title": f"Bright {kind} with a view in {town}", "plain": plain},
            {"lang": "es", "title": f"Vivienda en {town}", "plain": "Una casa luminosa."},
        ],
        "features": [
            {"code": "pool", "label": "Private pool"}, {"code": None, "label": "Lemon trees"},
        ],
        "media": [
            {"kind": "image", "url": f"https://img.example/{external_id}/{n}.jpg", "position": n,
             "main": n == 1}
            for n in range(1, 6)
        ],
        "contact": {"name": "Lirio Homes", "phones": ["+34 600 000 000"]},
        "extra": {"leasehold": False},
    }  # fmt: skip


def make_offer(source: Source, external_id: str | None = None, **changes: Any) -> Offer:
    number = next(_numbers)
    data = canonical(external_id or f"LR{number:05}", number) | changes.pop("data", {})
    summary = summary_of(data)
    seen = changes.pop("at", utc_now() - timedelta(hours=number % 70))
    offer = Offer(
        agency_id=source.agency_id,
        source_id=source.id,
        external_id=data["external_id"],
        reference=summary.reference,
        title=summary.title,
        status=summary.status,
        category=summary.category,
        type=summary.type,
        deal=summary.deal,
        price=summary.price,
        currency=summary.currency,
        city=summary.city,
        bedrooms=summary.bedrooms,
        media_count=summary.media_count,
        data=data,
        raw_hash=b"r" * 16,
        content_hash=b"c" * 16,
        mapping_id=source.mapping_id,
        job_id=0,
        sequence=1,
        first_seen_at=seen,
        last_seen_at=seen,
        changed_at=seen,
    )
    for name, value in changes.items():
        setattr(offer, name, value)
    offer.search = cast(search_vector(data, summary), TSVECTOR)  # type: ignore[assignment]
    db.session.add(offer)
    db.session.flush()
    return offer


def make_job(run: Run, external_id: str, state: str = JobState.DONE, **changes: Any) -> OfferJob:
    """With its raw record, which carries an address with a secret."""
    number = next(_numbers)
    job = OfferJob(
        run_id=run.id,
        source_id=run.source_id,
        external_id=external_id,
        sequence=1,
        position=number,
        line=number * 42,
        raw_hash=b"r" * 16,
        state=state,
        attempt=1,
        settled_at=utc_now(),
    )
    _with(job, changes)
    record = {
        "id": external_id,
        "type": "Villa",
        "price": "345000",
        "feed_url": "https://vendor:hunter2@feeds.example/photos?token=t0ps3cret",
    }
    payload = zstandard.compress(orjson.dumps(record))
    db.session.add(OfferRecord(id=job.id, payload=payload))
    db.session.flush()
    return job


def make_rejected_job(run: Run, external_id: str, raw: str = "POA") -> OfferJob:
    """A refused record with its problem and the memory of its refusal; the run counts it."""
    job = make_job(
        run,
        external_id,
        JobState.REJECTED,
        error_code="missing_required",
        error_message="The type is missing, and an offer cannot do without it.",
    )
    make_problem(run, external_id, job_id=job.id, raw=raw)
    db.session.merge(
        Rejection(
            source_id=run.source_id,
            external_id=external_id,
            raw_hash=b"r" * 16,
            mapping_id=run.mapping_id or 0,
            job_id=job.id,
        )
    )
    counted = {"rejected": Run.rejected + 1, "staged": Run.staged + 1, "settled": Run.settled + 1}
    db.session.execute(update(Run).where(Run.id == run.id).values(**counted))
    db.session.refresh(run)
    return job


def make_problem(run: Run, external_id: str, **changes: Any) -> OfferProblem:
    problem = OfferProblem(
        source_id=run.source_id,
        run_id=run.id,
        external_id=external_id,
        position=next(_numbers),
        line=1204,
        code="missing_required",
        severity="error",
        field="type",
        raw="",
        message="The type is missing, and an offer cannot do without it.",
    )
    return _with(problem, changes)


def make_fault(source: Source, **changes: Any) -> Fault:
    fault = Fault(
        source_id=source.id,
        code="mapping_failed",
        exception="ZeroDivisionError",
        place="webapp/offers/transforms/numbers.py, divided",
        message="division by zero",
        traceback="Traceback (most recent call last):\n"
        '  File "webapp/offers/transforms/numbers.py", line 12, in divided\n'
        "    return amount / parts\n"
        "ZeroDivisionError: division by zero",
        times=17,
        first_seen_at=utc_now() - timedelta(days=3),
        last_seen_at=utc_now(),
    )
    return _with(fault, changes)


def make_issue(run: Run, **changes: Any) -> Issue:
    issue = Issue(
        source_id=run.source_id,
        code="unknown_value",
        field="type",
        severity="warning",
        affected=17,
        sample_raw="Quinta",
        first_seen_at=utc_now() - timedelta(days=3),
        last_seen_at=utc_now(),
        last_run_id=run.id,
    )
    return _with(issue, changes)


def make_revision(offer: Offer, run: Run, kind: str, **changes: Any) -> OfferRevision:
    return _with(
        OfferRevision(offer_id=offer.id, run_id=run.id, kind=kind, changes={}, at=utc_now()),
        changes,
    )


def hold(run: Run, offers: list[Offer]) -> None:
    """The run would withdraw these and waits for a person."""
    db.session.add_all(RunRemoval(run_id=run.id, offer_id=offer.id) for offer in offers)
    run.state, run.held = RunState.HELD, len(offers)
    run.verdict_reasons = [
        {"code": "many_removals", "seen": len(offers), "expected": 2 * len(offers)}  # type: ignore[list-item]
    ]
    db.session.flush()


def price_of(offer: Offer) -> Decimal:
    assert offer.price is not None
    return offer.price


def _with(row: Any, changes: dict[str, Any]) -> Any:
    for name, value in changes.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    return row
