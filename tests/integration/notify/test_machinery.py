"""Workers and a tick that fall silent, as the processes that are left see and tell it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq import Worker
from rq.utils import utcformat
from sqlalchemy import Connection, select, text

from bench.world import wait_until
from jobs.notify.machinery import (
    DEAD_SECONDS,
    GRACE_SECONDS,
    MISSED_KEY,
    tell_valkey_away,
    watch_tick,
    watch_workers,
)
from tests.integration.notify.mail_server import MailServer
from webapp import queues
from webapp.alert_kinds import MACHINERY
from webapp.channel_addresses import checked_address
from webapp.config import REPOSITORY
from webapp.embedded import valkey as embedded_valkey
from webapp.extensions import db
from webapp.models import Alert, Notification, NotificationChannel, utc_now
from webapp.queries.workers import WORKER_SILENT_SECONDS, background_work
from webapp.services.notifications import RuleSettings, add_channel, add_rule

Start = Callable[..., "subprocess.Popen[bytes]"]
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def room(mail: MailServer) -> NotificationChannel:
    """The channel of those who run Offerdock, who hear of its own troubles."""
    channel = add_channel(None, "Machine room", checked_address("ops@dock.example"))
    add_rule(None, None, RuleSettings(sorted(MACHINERY)), [channel])
    db.session.commit()
    return channel


@pytest.fixture
def working(
    engines: dict[str, str], mail: MailServer, room: NotificationChannel
) -> Iterator[Start]:
    """working("imports", REDIS_URL=…) starts a worker of the role."""
    with ExitStack() as ends:

        def start(role: str, **others: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "worker.py", role]
            settings = {"IMPORT_PROCESSES": "1", "TICK_SECONDS": "1", "MAIL_URL": mail.url}
            env = {**os.environ, **engines, **settings, **others}
            process = subprocess.Popen(command, cwd=REPOSITORY, env=env, stderr=subprocess.DEVNULL)
            ends.callback(process.wait)
            ends.callback(process.kill)
            return process

        yield start


def alerts(*, kind: str) -> list[tuple[str, bool]]:
    rows = db.session.execute(
        select(Alert.subject, Alert.closed_at.is_(None))
        .where(Alert.kind == kind)
        .order_by(Alert.id)
    )
    return [(subject, bool(is_open)) for subject, is_open in rows]


def _is_waited_for(holder: Connection, table: str) -> bool:
    return bool(
        holder.scalar(
            text("""
                SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(:table)
            """),
            {"table": table},
        )
    )


def states() -> list[tuple[str, str]]:
    """Of all messages, what they tell and what became of them."""
    db.session.rollback()
    told = select(Notification.kind, Notification.state).order_by(Notification.id)
    return [(kind, state) for kind, state in db.session.execute(told)]


def register_worker(valkey: Redis, queue: str) -> Worker:
    worker = Worker([queues.queue(queue, valkey)], name=f"worker-{queue}", connection=valkey)
    worker.register_birth()
    return worker


def long_ago(valkey: Redis) -> None:
    """As if the queues had been without a worker for longer than one needs to come back."""
    for queue in valkey.hgetall(MISSED_KEY):
        valkey.hset(MISSED_KEY, queue, str(time.time() - GRACE_SECONDS - 1))


def test_queues_without_a_worker_are_told_once_after_a_while(
    room: NotificationChannel, valkey: Redis
) -> None:
    watch_workers()
    assert alerts(kind="worker_silent") == []
    long_ago(valkey)
    watch_workers()
    watch_workers()
    assert alerts(kind="worker_silent") == [(queue, True) for queue in queues.QUEUE_NAMES]


def test_a_worker_that_is_back_ends_the_alert(
    room: NotificationChannel, valkey: Redis, working: Start
) -> None:
    watch_workers()
    long_ago(valkey)
    watch_workers()
    working("offers")
    served = {queues.OFFERS_LIVE, queues.OFFERS_BULK}
    wait_until(lambda: not served & set(background_work().silent_queues), 20)
    watch_workers()
    assert dict(alerts(kind="worker_silent")) == {
        queue: queue not in served for queue in queues.QUEUE_NAMES
    }


def test_a_tick_that_was_never_heard_is_no_news_to_a_worker_that_has_just_come(
    room: NotificationChannel, configure: Any
) -> None:
    configure(tick_seconds=15)
    watch_tick(seconds_at_work=44)
    assert alerts(kind="tick_silent") == []
    watch_tick(seconds_at_work=46)
    assert alerts(kind="tick_silent") == [("", True)]


def test_an_old_tick_before_this_worker_came_is_no_news_either(
    room: NotificationChannel, valkey: Redis
) -> None:
    valkey.set(queues.TICK_KEY, str(time.time() - 86_400))
    watch_tick(seconds_at_work=5)
    assert alerts(kind="tick_silent") == []


def test_a_silent_tick_is_told_by_the_worker_that_is_left(
    mail: MailServer, valkey: Redis, working: Start
) -> None:
    valkey.set(queues.TICK_KEY, str(time.time()))
    working("imports")
    # The default role, which sends messages, is away too.
    wait_until(lambda: states() == [("opened", "sent")], 60)
    assert mail.subjects == ["Offerdock: Schedules are not looked at"]
    assert alerts(kind="tick_silent") == [("", True)]


def test_a_worker_that_is_told_to_stop_while_it_looks_at_the_tick_stops(
    valkey: Redis, working: Start
) -> None:
    valkey.set(queues.TICK_KEY, str(time.time()))
    with db.engine.connect() as holder:
        holder.execute(text("LOCK TABLE alerts"))
        worker = working("imports")
        wait_until(lambda: _is_waited_for(holder, "alerts"), 60)
        worker.terminate()
        assert worker.wait(20) == 0
        # What it asked for would still be done once the table is free, beside the next test.
        holder.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted"
                " AND relation = 'alerts'::regclass"
            )
        )


def test_a_tick_that_is_heard_again_ends_the_alert(
    room: NotificationChannel, valkey: Redis
) -> None:
    watch_tick(seconds_at_work=600)
    watch_workers()
    assert alerts(kind="tick_silent") == [("", False)]
    assert states() == [("opened", "sent"), ("closed", "due")]


def test_what_was_rung_for_a_worker_that_died_is_sent_by_another_that_looks(
    mail: MailServer, room: NotificationChannel, valkey: Redis
) -> None:
    upkeep = register_worker(valkey, queues.DEFAULT)
    watch_tick(seconds_at_work=600)
    assert states() == [("opened", "due")]
    upkeep.register_death()
    watch_tick(seconds_at_work=610)
    watch_tick(seconds_at_work=620)
    assert states() == [("opened", "sent")]
    assert mail.subjects == ["Offerdock: Schedules are not looked at"]


def test_a_worker_that_died_is_told_at_the_second_look(
    room: NotificationChannel, valkey: Redis
) -> None:
    for queue in queues.QUEUE_NAMES:
        register_worker(valkey, queue)
    long_silent = utcformat(utc_now() - timedelta(seconds=WORKER_SILENT_SECONDS + 1))
    valkey.hset("rq:worker:worker-imports", "last_heartbeat", long_silent)
    watch_workers()
    # It may be that Valkey was away, and that the worker is just coming back.
    assert alerts(kind="worker_silent") == []
    valkey.hset(MISSED_KEY, queues.IMPORTS, str(time.time() - DEAD_SECONDS - 1))
    watch_workers()
    assert alerts(kind="worker_silent") == [(queues.IMPORTS, True)]


def test_a_valkey_that_is_away_for_a_while_is_told_once_and_its_return_too(
    app: Flask, mail: MailServer, room: NotificationChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setitem(app.extensions, "valkey", Redis.from_url(NOWHERE, retry=None))
        tell_valkey_away(GRACE_SECONDS - 1)
        assert mail.subjects == []
        tell_valkey_away(GRACE_SECONDS)
        tell_valkey_away(GRACE_SECONDS + 5)
    assert mail.subjects == ["Offerdock: The queue (Valkey) can’t be reached"]
    watch_workers()
    assert alerts(kind="worker_silent") == [("valkey", False)]
    assert states() == [("opened", "sent"), ("closed", "due")]


def test_the_process_of_the_tick_tells_that_valkey_is_away(
    mail: MailServer, room: NotificationChannel, working: Start, tmp_path: Path
) -> None:
    url = embedded_valkey.start(tmp_path)
    try:
        working("tick", REDIS_URL=url)
        with Redis.from_url(url) as connection:
            wait_until(lambda: bool(queues.queue(queues.DEFAULT, connection).job_ids), 30)
    finally:
        embedded_valkey.stop(tmp_path)
    wait_until(lambda: states() == [("opened", "sent")], 90)
    assert mail.subjects == ["Offerdock: The queue (Valkey) can’t be reached"]


def test_a_worker_that_valkey_forgot_is_known_again(
    room: NotificationChannel, valkey: Redis, working: Start
) -> None:
    def names() -> list[str]:
        return [worker.name for worker in background_work().workers]

    working("imports")
    wait_until(lambda: len(names()) == 1, 30)
    before = names()
    valkey.flushall()
    assert names() == []
    wait_until(lambda: names() == before, 30)
    assert queues.IMPORTS not in background_work().silent_queues
    # Neither was the tick heard in a Valkey that had just begun.
    assert alerts(kind="tick_silent") == []
