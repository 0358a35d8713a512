"""The numbers of /metrics, for Prometheus: what waits and works by Valkey's word, what the last
hour brought by PostgreSQL's. The part of an engine that is away is left out (`offerdock_up` 0)."""

import time
from collections.abc import Iterable, Iterator

from flask import current_app
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from webapp.config import Config
from webapp.extensions import db
from webapp.queries.last_hour import LastHour, last_hour
from webapp.queries.workers import BackgroundWork, QueueRow, background_work

Labelled = Iterable[tuple[tuple[str, ...], float]]


class OfferdockCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        config: Config = current_app.config["OFFERDOCK"]
        about = {"version": config.release, "environment": config.environment}
        yield InfoMetricFamily("offerdock", "Which Offerdock this is", about)
        work, hour = background_work(), _last_hour()
        up = [(("valkey",), work.is_reachable), (("postgresql",), hour is not None)]
        yield gauge("offerdock_up", "Whether the engine answers", ["engine"], up)
        if work.is_reachable:
            yield from _of_valkey(work)
        if hour is not None:
            yield from _of_postgresql(hour)


def _last_hour() -> LastHour | None:
    try:
        return last_hour()
    except DBAPIError:
        db.session.rollback()
        return None


def _of_valkey(work: BackgroundWork) -> Iterator[Metric]:
    now = time.time()

    def by_queue(name: str, words: str, value: str) -> Metric:
        rows = [((row.name,), getattr(row, value)) for row in work.queues]
        return gauge(name, words, ["queue"], rows)

    yield by_queue("offerdock_queue_jobs", "Jobs that wait in the queue", "waiting")
    yield gauge(
        "offerdock_queue_oldest_seconds",
        "Since when the job in front waits",
        ["queue"],
        [((row.name,), _age(row, now)) for row in work.queues],
    )
    yield by_queue("offerdock_queue_failed_jobs", "Jobs that RQ keeps as failed", "failed")
    for name, words, value in (
        ("offerdock_queue_jobs_taken", "Jobs that workers took off the queue", "taken"),
        ("offerdock_queue_leases_expired", "Jobs back because their worker died", "expired"),
    ):
        counter = CounterMetricFamily(name, words, labels=["queue"])
        for row in work.queues:
            counter.add_metric([row.name], getattr(row, value))
        yield counter
    # Endless: Valkey remembers no tick.
    tick = now - work.tick_at.timestamp() if work.tick_at else float("inf")
    yield gauge("offerdock_tick_age_seconds", "Since the tick last ticked", [], [((), tick)])
    yield gauge(
        "offerdock_worker_heartbeat_age_seconds",
        "Since the worker's last sign of life",
        ["worker", "queues"],
        [
            ((row.name, ",".join(row.queues)), now - row.last_heartbeat.timestamp())
            for row in work.workers
            if row.last_heartbeat
        ],
    )


def _of_postgresql(hour: LastHour) -> Iterator[Metric]:
    yield gauge(
        "offerdock_runs_last_hour",
        "Runs that ended in the last hour, or go on, by state",
        ["state"],
        _labelled(hour.runs),
    )
    yield gauge(
        "offerdock_fetch_errors_last_hour",
        "Runs that failed in the last hour, by error code",
        ["code"],
        _labelled(hour.failures),
    )
    yield gauge(
        "offerdock_offers_last_hour",
        "Offers by what became of them, in runs that ended in the last hour or go on, and in "
        "deliveries of the last hour",
        ["outcome"],
        _labelled(hour.offers),
    )
    times = [
        ((took.name, quantile), value)
        for took in hour.seconds
        for quantile, value in (("0.5", took.median), ("0.95", took.most), ("1", took.longest))
    ]
    yield gauge(
        "offerdock_step_seconds_last_hour",
        "How long runs of the last hour took, as a whole (run) and by step",
        ["step", "quantile"],
        times,
    )
    yield gauge(
        "offerdock_deliveries_last_hour",
        "Deliveries of the last hour, by verdict and, for those without success, cause",
        ["state", "cause"],
        hour.deliveries.items(),
    )
    yield gauge("offerdock_sources", "Sources by status", ["status"], _labelled(hour.sources))
    for name, words, value in (
        ("offerdock_offer_jobs_unsettled", "Offer jobs that wait or run", hour.unsettled.jobs),
        (
            "offerdock_offer_jobs_oldest_seconds",
            "Since when the oldest of them waits",
            hour.unsettled.oldest_seconds,
        ),
        (
            "offerdock_offer_jobs_lease_expired",
            "Offer jobs whose worker died or stalled, not brought back yet",
            hour.unsettled.expired,
        ),
    ):
        yield gauge(name, words, [], [((), value)])


def gauge(name: str, words: str, labels: list[str], values: Labelled) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for label_values, value in values:
        family.add_metric(list(label_values), value)
    return family


def _labelled(counts: dict[str, int]) -> Labelled:
    return [((name,), count) for name, count in counts.items()]


def _age(row: QueueRow, now: float) -> float:
    return max(0.0, now - row.oldest_at.timestamp()) if row.oldest_at else 0.0
