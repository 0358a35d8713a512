"""RQ's entry points: ids in, nothing else. Each works in a database session of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sentry_sdk
from flask import current_app
from rq import get_current_job
from structlog.contextvars import bind_contextvars, clear_contextvars

from jobs import absence, apply, finish, issues, send_again, ticking, trials, volatile_fields
from jobs.count_values import count_values as count_words
from jobs.database_away import DATABASE_AWAY
from jobs.deliveries import fetch_changed as changed
from jobs.deliveries import receipts, replays
from jobs.deliveries.split import split_deliveries
from jobs.fault_rows import write_faults
from jobs.import_run import import_run as read_feed
from jobs.notify import send
from webapp.config import Config
from webapp.extensions import db

log = logging.getLogger(__name__)


def import_run(run_id: int) -> None:
    with own_session(run=run_id):
        read_feed(run_id)


def work_trial(trial_id: int) -> None:
    with own_session(trial=trial_id):
        trials.work_trial(trial_id)


def apply_offer(offer_job_id: int) -> None:
    with own_session(offer_job=offer_job_id):
        config: Config = current_app.config["OFFERDOCK"]
        apply.apply_offers([offer_job_id], config.lease_seconds)


def apply_delivery(delivery_id: int) -> None:
    with own_session(delivery=delivery_id):
        config: Config = current_app.config["OFFERDOCK"]
        ids = split_deliveries([delivery_id], config.turn_size)
        apply.apply_offers(ids, config.lease_seconds)


def finish_run(run_id: int) -> None:
    with own_session(run=run_id):
        finish.finish_run(run_id)


def withdraw_held(run_id: int) -> None:
    with own_session(run=run_id):
        absence.withdraw_listed(run_id)


def regroup_problems(run_id: int) -> None:
    with own_session(run=run_id):
        issues.regroup_problems(run_id)


def find_volatile_paths(run_id: int) -> None:
    with own_session(run=run_id):
        volatile_fields.find_volatile_paths(run_id)


def count_values(source_id: int) -> None:
    with own_session(source=source_id):
        count_words(source_id)


def send_receipts(source_id: int) -> None:
    with own_session(source=source_id):
        receipts.send_receipts(source_id)


def fetch_changed(source_id: int) -> None:
    with own_session(source=source_id):
        changed.fetch_changed(source_id)


def replay_deliveries(replay_id: int) -> None:
    with own_session(replay=replay_id):
        replays.replay_deliveries(replay_id)


def send_retry(retry_id: int) -> None:
    with own_session(retry=retry_id):
        send_again.send_retry(retry_id)


def send_notifications(channel_id: int) -> None:
    with own_session(channel=channel_id):
        send.send_notifications(channel_id)


def tick() -> None:
    with own_session():
        try:
            ticking.tick()
        except DATABASE_AWAY as error:
            # For Sentry. The next tick looks again; a failed job would outlast the outage.
            log.error("The tick can't work with PostgreSQL: %s", error)


@contextmanager
def own_session(**tags: int) -> Iterator[None]:
    for name, value in tags.items():
        sentry_sdk.set_tag(name, value)
    bind_contextvars(**tags)
    if at_hand := get_current_job():
        bind_contextvars(job=at_hand.id)
    try:
        yield
    finally:
        write_faults()
        clear_contextvars()
        db.session.remove()
