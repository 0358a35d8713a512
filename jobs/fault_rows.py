"""Faults into their table, where admins find them: counted in memory while a turn goes on, and
written once at its end, however many offers met them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from jobs.fault_facts import FaultFacts, fault_facts, kind_of
from jobs.json_rows import json_rows, storable
from jobs.source_secrets import source_secrets
from webapp.extensions import db
from webapp.masking import masked_text
from webapp.models import Source, utc_now

LONGEST_NAME = 300
LONGEST_MESSAGE = 1_000
LONGEST_TRACEBACK = 16_000

log = logging.getLogger(__name__)

# In one order everywhere, so that two workers never wait for each other's faults.
_UPSERT = text("""
    INSERT INTO faults AS fault (source_id, code, exception, place, message, traceback,
        sentry_event_id, times, first_seen_at, last_seen_at)
    SELECT new.* FROM json_to_recordset(CAST(:rows AS json)) AS new (source_id bigint, code text,
        exception text, place text, message text, traceback text, sentry_event_id text,
        times bigint, first_seen_at timestamptz, last_seen_at timestamptz)
    ORDER BY source_id, code, exception, place
    ON CONFLICT (source_id, code, exception, place) DO UPDATE SET
        message = excluded.message, traceback = excluded.traceback,
        sentry_event_id = coalesce(excluded.sentry_event_id, fault.sentry_event_id),
        times = fault.times + excluded.times,
        last_seen_at = greatest(fault.last_seen_at, excluded.last_seen_at)
""")


@dataclass(slots=True)
class Met:
    source_id: int
    code: str
    facts: FaultFacts
    first_at: datetime
    last_at: datetime
    times: int = 0
    sentry_event_id: str | None = None


_met: dict[tuple[int, str, str, str], Met] = {}


def count_fault(source_id: int, code: str, error: BaseException, event_id: str | None) -> None:
    """`event_id`: what Sentry calls it, if it was told of this one."""
    now = utc_now()
    key = (source_id, code, *kind_of(error))
    if key not in _met:
        _met[key] = Met(source_id, code, fault_facts(error), now, now)
    met = _met[key]
    met.times += 1
    met.last_at = now
    met.sentry_event_id = event_id or met.sentry_event_id


def write_faults() -> None:
    """Commits, in a session of its own: what becomes of the work doesn't touch it. What can't be
    written is in the log all the same."""
    if not _met:
        return
    met = list(_met.values())
    _met.clear()
    try:
        with Session(db.engine) as session:
            session.execute(_UPSERT, {"rows": json_rows(_rows(session, met))})
            session.commit()
    except (SQLAlchemyError, psycopg.Error) as error:
        log.warning("%d faults were not written down: %s", len(met), error)


def _rows(session: Session, met: Sequence[Met]) -> list[dict[str, object]]:
    """Of sources that are still there."""
    sources = {id: session.get(Source, id) for id in {one.source_id for one in met}}
    secrets = {id: source_secrets(source) for id, source in sources.items() if source}
    return [_row(one, secrets[one.source_id]) for one in met if one.source_id in secrets]


def _row(met: Met, secrets: set[str]) -> dict[str, object]:
    message = storable(masked_text(met.facts.message, secrets))
    traceback = storable(masked_text(met.facts.traceback, secrets))
    return {
        "source_id": met.source_id,
        "code": met.code,
        "exception": met.facts.exception[:LONGEST_NAME],
        "place": met.facts.place[:LONGEST_NAME],
        "message": message[:LONGEST_MESSAGE],
        "traceback": _without_middle(traceback),
        "sentry_event_id": met.sentry_event_id,
        "times": met.times,
        "first_seen_at": met.first_at,
        "last_seen_at": met.last_at,
    }


def _without_middle(traceback: str) -> str:
    """Where it began and how it ended tell the most."""
    half = LONGEST_TRACEBACK // 2
    is_long = len(traceback) > LONGEST_TRACEBACK
    return f"{traceback[:half]}\n…\n{traceback[-half:]}" if is_long else traceback
