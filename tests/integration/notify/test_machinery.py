"""Workers and a tick that fall silent, as the processes that are left see and tell it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Connection, select, text

from bench.world import wait_until
from jobs.notify.machinery import GRACE_SECONDS, MISSED_KEY, watch_tick, watch_workers
from tests.integration.notify.mail_server import MailServer
from webapp import queues
from webapp.alert_kinds import MACHINERY
from webapp.channel_addresses import checked_address
from webapp.config import REPOSITORY
from webapp.extensions import db
from webapp.models import Alert, Notification, NotificationChannel
from webapp.queries.workers import background_work
from webapp.services.notifications import RuleSettings, add_channel, add_rule

Start = Callable[[str], "subprocess.Popen[bytes]"]


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
    """working("imports") starts a worker of the role."""
    with ExitStack() as ends:

        def start(role: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "worker.py", role]
            settings = {"IMPORT_PROCESSES": "1", "TICK_SECONDS": "1", "MAIL_URL": mail.url}
            env = {**os.environ, **engines, **settings}
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
    wait_until(lambda: bool(mail.mails), 60)
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


def test_a_tick_that_is_heard_again_ends_the_alert(
    room: NotificationChannel, valkey: Redis
) -> None:
    watch_tick(seconds_at_work=600)
    watch_workers()
    assert alerts(kind="tick_silent") == [("", False)]
    told = db.session.execute(
        select(Notification.kind, Notification.state).order_by(Notification.id)
    )
    assert told.all() == [("opened", "sent"), ("closed", "due")]
