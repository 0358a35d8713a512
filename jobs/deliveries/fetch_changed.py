"""Deliveries that only say which offers changed: their offers are fetched from the vendor one by
one. What has been fetched is staged as it goes, so nothing is asked for twice."""

import time

from flask import current_app

from jobs.database_away import DATABASE_AWAY
from jobs.deliveries.changed_rows import (
    MOST_ATTEMPTS,
    ClaimedFetch,
    FetchLost,
    claim_fetch,
    give_up,
    hand_back,
    note_ids,
    stage_fetched,
    try_again_later,
)
from jobs.deliveries.cut import new_job, withdrawal
from jobs.deliveries.cutters import Cutter, cutter_of
from jobs.deliveries.offer_requests import OfferRequests, requests_of, says_no_access
from jobs.errors import PermanentError, TransientError
from jobs.faults import report_fault
from jobs.job_rows import NewJob
from jobs.problem_rows import ProblemRow
from webapp.bodies.unreadable import UnreadableBody
from webapp.config import Config
from webapp.delivery_causes import WorkCause
from webapp.extensions import db
from webapp.models import Source
from webapp.offers.problems import problem
from webapp.services.deliveries import ring_for_fetch

# A job's share: other sources have their turn then, and the same one again behind them.
TURN_SECONDS = 30.0
MOST_SECONDS = 60.0
# What is fetched is staged after so many offers, or seconds.
CHUNK = 25
CHUNK_SECONDS = 2.0

Fetched = NewJob | ProblemRow | None
"""None: the mapping leaves it out."""


def fetch_changed(source_id: int) -> None:
    """Commits; safe to run twice, and beside itself."""
    config: Config = current_app.config["OFFERDOCK"]
    began = time.monotonic()
    while (claimed := claim_fetch(source_id, config.lease_seconds)) is not None:
        try:
            _fetch(claimed, config, began + TURN_SECONDS)
        except FetchLost:
            continue
        if time.monotonic() > began + TURN_SECONDS:
            ring_for_fetch(source_id)
            db.session.commit()
            return


def _fetch(claimed: ClaimedFetch, config: Config, until: float) -> None:
    delivery = claimed.delivery
    try:
        if claimed.attempt > MOST_ATTEMPTS:
            give_up(claimed, WorkCause.WORKER_DIED, f"It was tried {MOST_ATTEMPTS} times.")
            return
        if delivery.mapping_id is None:
            give_up(claimed, WorkCause.FETCH_FAILED, "The source has no mapping any more.")
            return
        cutter = cutter_of(delivery.mapping_id, delivery.settings)
        source = db.session.get_one(Source, delivery.source_id)
        with requests_of(source, config, MOST_SECONDS) as requests:
            if claimed.ids_left is None:
                note_ids(claimed, _listed(cutter, requests))
            while claimed.ids_left:
                _fetch_chunk(claimed, cutter, requests)
                if claimed.ids_left and time.monotonic() > until:
                    hand_back(claimed)
                    return
    except TransientError as error:
        try_again_later(claimed, error)
    except (PermanentError, UnreadableBody) as error:
        give_up(claimed, WorkCause.FETCH_FAILED, str(error))
    except (FetchLost, *DATABASE_AWAY):
        raise
    except Exception as error:
        db.session.rollback()
        report_fault(delivery, "fetch_failed", error)
        own = TransientError("fetch_failed", "Working on it failed.", "It is tried again.")
        try_again_later(claimed, own)


def _listed(cutter: Cutter, requests: OfferRequests) -> list[str]:
    answer = requests.list()
    return cutter.reader.changed(answer.body, answer.content_type).ids


def _fetch_chunk(claimed: ClaimedFetch, cutter: Cutter, requests: OfferRequests) -> None:
    """Stages what there is, also before an error that ends it."""
    ids = claimed.ids_left or []
    began, fetched, done = time.monotonic(), [], 0
    try:
        for id in ids[:CHUNK]:
            if done and time.monotonic() > began + CHUNK_SECONDS:
                break
            fetched.append(_offer(claimed, cutter, requests, id, claimed.position + done + 1))
            done += 1
    finally:
        if done:
            claimed.ids_left = ids[done:]
            claimed.position += done
            stage_fetched(
                claimed,
                [one for one in fetched if isinstance(one, NewJob)],
                [one for one in fetched if isinstance(one, ProblemRow)],
            )


def _offer(
    claimed: ClaimedFetch, cutter: Cutter, requests: OfferRequests, id: str, position: int
) -> Fetched:
    """:raise PipelineError: the vendor's server can't be asked, also not for others"""
    delivery = claimed.delivery
    try:
        asked_at = time.time_ns() // 1000
        answer = requests.offer(id)
        if answer is None:
            return withdrawal(delivery, id, {}, position, asked_at)
        records = cutter.answer_reader.records(answer.body, answer.content_type)
    except PermanentError as error:
        if says_no_access(error):
            raise
        return _refused(claimed, id, position, error.message)
    except UnreadableBody as error:
        return _refused(claimed, id, position, str(error))
    if not records:
        return _refused(claimed, id, position, "The answer holds no record.")
    if cutter.is_skipped(records[0]):
        return None
    return new_job(delivery, cutter, records[0], position, answer.asked_at)


def _refused(claimed: ClaimedFetch, id: str, position: int, detail: str) -> ProblemRow:
    found = problem("not_fetched", "", id, detail=detail)
    return ProblemRow(found, claimed.delivery.origin, None, id, position, None)
