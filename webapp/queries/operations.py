"""What the operations page shows beside who works: curves of queues, pauses, troubles, sizes."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.models import AuditEntry, QueuePause, Run, Source
from webapp.queries.engines import impatient_valkey, newest_migration

CURVE_POINTS = 96
TABLES_SHOWN = 8
OPERATIONS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class QueueCurve:
    """Of the last 24 hours: the most that waited in each quarter of an hour, and jobs that came
    back because their worker died; `rate`: jobs taken a minute, over the last ten."""

    points: list[int]
    expired: int
    rate: float


def queue_curves() -> dict[str, QueueCurve]:
    rows = db.session.execute(
        text("""
            WITH deltas AS (
                SELECT queue, at, waiting,
                    CASE WHEN taken >= lag(taken) OVER before THEN taken - lag(taken) OVER before
                        WHEN lag(taken) OVER before IS NULL THEN 0 ELSE taken END AS taken,
                    CASE WHEN expired >= lag(expired) OVER before
                        THEN expired - lag(expired) OVER before
                        WHEN lag(expired) OVER before IS NULL THEN 0 ELSE expired END AS expired
                FROM queue_samples WHERE at > now() - interval '24 hours'
                WINDOW before AS (PARTITION BY queue ORDER BY at)
            )
            SELECT queue,
                95 - floor(extract(epoch FROM now() - at) / 900)::int AS point, max(waiting),
                sum(expired), coalesce(sum(taken) FILTER (WHERE at > now() - interval '10 min'), 0)
            FROM deltas GROUP BY 1, 2
        """)
    )
    points = {name: [0] * CURVE_POINTS for name in queues.QUEUE_NAMES}
    expired, taken = dict.fromkeys(points, 0), dict.fromkeys(points, 0)
    for name, point, waiting, died, recent in rows:
        if name in points and 0 <= point < CURVE_POINTS:
            points[name][point] = waiting
            expired[name] += int(died)
            taken[name] += int(recent)
    return {name: QueueCurve(points[name], expired[name], taken[name] / 10) for name in points}


def paused_queues() -> dict[str, QueuePause]:
    pauses = db.session.scalars(select(QueuePause).options(joinedload(QueuePause.person)))
    return {pause.queue: pause for pause in pauses}


@dataclass(frozen=True, slots=True)
class SetAside:
    """Offer jobs that killed their worker twice, in a run of the last seven days."""

    run_id: int
    source: str
    offers: int
    finished_at: datetime | None


def quarantine() -> list[SetAside]:
    statement = (
        select(Run.id, Source.name, Run.quarantined, Run.finished_at)
        .join(Source, Source.id == Run.source_id)
        .where(Run.quarantined > 0)
        .where(text("(runs.finished_at > now() - interval '7 days' OR runs.finished_at IS NULL)"))
        .order_by(Run.id.desc())
        .limit(20)
    )
    return [SetAside(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class TableSize:
    name: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Engines:
    """`valkey_…` are None while Valkey is away; the rows of a table are PostgreSQL's estimate."""

    database_bytes: int
    connections: int
    most_connections: int
    tables: list[TableSize]
    valkey_bytes: int | None
    valkey_most_bytes: int | None
    valkey_keys: int | None
    versions: list[tuple[str, str]]


def engines() -> Engines:
    config: Config = current_app.config["OFFERDOCK"]
    size, connections, most, postgres = db.session.execute(
        text("""
            SELECT pg_database_size(current_database()),
                (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
                current_setting('max_connections')::int, current_setting('server_version')
        """)
    ).one()
    tables = db.session.execute(
        text("""
            SELECT relname, pg_total_relation_size(relid), n_live_tup FROM pg_stat_user_tables
            ORDER BY 2 DESC, 1 LIMIT :most
        """),
        {"most": TABLES_SHOWN},
    )
    info = _valkey_info(config)
    valkey = str(info.get("valkey_version") or info.get("redis_version") or "–")
    return Engines(
        database_bytes=size,
        connections=connections,
        most_connections=most,
        tables=[TableSize(*row) for row in tables],
        valkey_bytes=info.get("used_memory"),
        valkey_most_bytes=info.get("maxmemory") or None,
        valkey_keys=info.get("keys"),
        versions=[
            ("Offerdock", config.release),
            ("Python", platform.python_version()),
            ("PostgreSQL", str(postgres)),
            ("Valkey", valkey),
            ("RQ", version("rq")),
            ("rq-scheduler", version("rq-scheduler")),
            ("Migration", newest_migration(config)),
        ],
    )


def _valkey_info(config: Config) -> dict[str, Any]:
    """Empty while it is away."""
    try:
        with impatient_valkey(config) as connection:
            return {**connection.info(), "keys": connection.dbsize()}
    except RedisError:
        return {}


def operations_done() -> Sequence[AuditEntry]:
    """What admins did to Offerdock itself, newest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.agency_id.is_(None))
        .options(joinedload(AuditEntry.user))
        .order_by(AuditEntry.id.desc())
        .limit(OPERATIONS_SHOWN)
    )
    return db.session.scalars(statement).all()
