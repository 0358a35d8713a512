"""How the machinery reads on its pages: what jobs are called, what a worker does, what was done."""

import re
from datetime import timedelta

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from webapp import queues
from webapp.models import AuditEntry, utc_now
from webapp.queries.workers import HEARTBEAT_SECONDS, WorkerRow
from webapp.views.labels.operations import QUEUES

JOBS = {
    queues.IMPORT_RUN: _l("Read a feed"),
    queues.FINISH_RUN: _l("Finish a run"),
    queues.APPLY_OFFER: _l("Apply an offer"),
    queues.APPLY_DELIVERY: _l("Cut a delivery into offers"),
    queues.WORK_TRIAL: _l("Try a feed"),
    queues.WITHDRAW_HELD: _l("Withdraw what was held"),
    queues.REGROUP_PROBLEMS: _l("Group problems"),
    queues.FIND_VOLATILE_PATHS: _l("Find what changes all the time"),
    queues.COUNT_VALUES: _l("Count the vendor’s words"),
    queues.SEND_RECEIPTS: _l("Tell vendors what became of deliveries"),
    queues.FETCH_CHANGED: _l("Fetch offers that changed"),
    queues.REPLAY_DELIVERIES: _l("Replay deliveries"),
    queues.SEND_RETRY: _l("Send offers again"),
    queues.SEND_NOTIFICATIONS: _l("Send messages"),
    queues.TICK: _l("Tick"),
}
OF_A_RUN = re.compile(r"(?:run|finish|withdraw|regroup|volatile)-(\d+)")


def job_word(name: str) -> str:
    return str(JOBS.get(name) or name.rpartition(".")[2].replace("_", " ").capitalize())


def run_of_job(id: str) -> int | None:
    """The run that an RQ job such as "run-17" is about."""
    match = OF_A_RUN.fullmatch(id)
    return int(match[1]) if match else None


def worker_status(worker: WorkerRow) -> tuple[str, str]:
    if worker.is_silent:
        return "error", str(_("Silent"))
    return ("running", str(_("Working"))) if worker.is_busy else ("ok", str(_("Ready")))


def is_late(worker: WorkerRow) -> bool:
    """A beat is missing, but one alone says little."""
    latest = timedelta(seconds=HEARTBEAT_SECONDS)
    return worker.last_heartbeat is None or utc_now() - worker.last_heartbeat > latest


def operation_sentence(entry: AuditEntry) -> str:
    queue = str(QUEUES.get(entry.detail.get("queue", ""), ""))
    number = int(entry.detail.get("number", 0))
    if entry.action == "queue_paused":
        return str(_("Paused “%(queue)s”", queue=queue))
    if entry.action == "queue_resumed":
        return str(_("Resumed “%(queue)s”", queue=queue))
    if entry.action == "jobs_requeued":
        return str(ngettext("Sent %(num)d job again", "Sent %(num)d jobs again", number))
    if entry.action == "jobs_deleted":
        return str(ngettext("Dropped %(num)d failed job", "Dropped %(num)d failed jobs", number))
    return entry.action.replace("_", " ").capitalize()


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        job_word=job_word,
        run_of_job=run_of_job,
        worker_status=worker_status,
        is_late=is_late,
        operation_sentence=operation_sentence,
    )
