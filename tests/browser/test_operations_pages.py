"""The operations page and the list of failed jobs in a browser: full, empty, with Valkey's workers
gone; by keyboard and without scripts."""

import math
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from redis import Redis
from rq import SimpleWorker, Worker
from sqlalchemy.orm import Session, scoped_session

from tests.browser.conftest import log_in_page
from tests.busy_agency import make_busy_agency
from tests.people import make_admin, make_agency
from webapp import queues
from webapp.models import QueueSample, Run, utc_now
from webapp.services.queue_pauses import pause_queue

Db = scoped_session[Session]


@pytest.fixture
def busy(session: Db, valkey: Redis) -> Iterator[None]:
    """A day of samples, a worker for each queue, one of which reads; a failed job."""
    things = make_busy_agency(make_agency())
    admin = make_admin()
    session.get_one(Run, things["last"].id).quarantined = 2
    now = utc_now().replace(second=0, microsecond=0)
    for step in range(0, 1440, 5):
        for index, name in enumerate(queues.QUEUE_NAMES):
            wave = 1 + math.sin(step / 90 + index)
            waiting, taken = int(wave * 40**index), step * 30 * (index + 1)
            counts = {"waiting": waiting, "taken": taken, "expired": step // 700}
            at = now - timedelta(minutes=1440 - step)
            session.add(QueueSample(at=at, queue=name, oldest_seconds=3, **counts))
    pause_queue(queues.OFFERS_BULK, admin)
    session.commit()
    fail_job(valkey)
    valkey.set(queues.TICK_KEY, time.time())
    queues.enqueue_offer_jobs_after_commit(session(), queues.OFFERS_BULK, range(900, 1100))
    session.commit()
    workers = [
        Worker([queues.queue(name, valkey)], name=f"w-{name}", connection=valkey)
        for name in queues.QUEUE_NAMES
    ]
    for worker in workers:
        worker.register_birth()
    queue = queues.queue(queues.IMPORTS, valkey)
    job = queue.enqueue_call(queues.IMPORT_RUN, args=(1,), job_id="run-1")
    workers[0].prepare_execution(job)
    yield


def fail_job(valkey: Redis) -> None:
    for queue, name, id in (
        (queues.IMPORTS, queues.IMPORT_RUN, "run-7"),
        (queues.DEFAULT, queues.FINISH_RUN, "finish-8"),
    ):
        queues.queue(queue, valkey).enqueue_call(
            name, args=("no number",), job_id=id, failure_ttl=86_400
        )
        SimpleWorker([queues.queue(queue, valkey)], connection=valkey).work(burst=True)


def test_an_admin_pauses_and_resumes_a_queue_and_the_page_keeps_itself_fresh(
    page: Page, busy: None, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    log_in_page(page, make_admin("eva@dock.example", "Eva Lund"))
    page.get_by_role("link", name="Operations").first.click()
    expect(page.get_by_role("heading", name="Operations", level=1)).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "operations")
    row = page.get_by_role("row", name="offers-bulk")
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("status").first).to_contain_text("goes on within a few seconds")
    page.get_by_role("link", name="Pause Feeds to read").click()
    assert_no_axe_findings(page)
    look(page, "operations-pause")
    page.get_by_role("button", name="Pause it").click()
    expect(page.get_by_role("row", name="Feeds to read imports")).to_contain_text("Paused")
    expect(page.get_by_text("Paused “Feeds to read”")).to_be_visible()


def test_the_failed_jobs_are_read_filtered_and_sent_again(
    page: Page, busy: None, valkey: Redis, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    log_in_page(page, make_admin("eva@dock.example", "Eva Lund"))
    page.goto("/operations/failed")
    page.locator("#failed-jobs summary").last.click()
    expect(page.get_by_label("Traceback of run-7")).to_contain_text("Traceback")
    assert_no_axe_findings(page)
    look(page, "failed-jobs")
    page.get_by_label("Queue").select_option("default")
    expect(page.get_by_label("Select run-7")).to_have_count(0)
    page.get_by_label("Select finish-8").check()
    page.get_by_role("button", name="Send the selected again").click()
    expect(page.get_by_text("1 job is back in its queue.")).to_be_visible()
    assert queues.queue(queues.DEFAULT, valkey).job_ids == ["finish-8"]


def test_with_nothing_there_each_part_says_so(
    page: Page, session: Db, look: Callable[[Page, str], None],
    assert_no_axe_findings: Callable[[Page], None],
) -> None:  # fmt: skip
    log_in_page(page, make_admin("eva@dock.example", "Eva Lund"))
    page.goto("/operations")
    expect(page.get_by_text("No worker is running")).to_be_visible()
    assert_no_axe_findings(page)
    look(page, "operations-empty")
    page.goto("/operations/failed")
    expect(page.get_by_text("No job has failed")).to_be_visible()
    assert_no_axe_findings(page)


def test_a_queue_is_paused_without_scripts(plain_page: Page, busy: None) -> None:
    log_in_page(plain_page, make_admin("eva@dock.example", "Eva Lund"))
    plain_page.goto("/operations")
    plain_page.get_by_role("link", name="Pause Urgent offers").click()
    plain_page.get_by_role("button", name="Pause it").click()
    expect(plain_page.get_by_role("row", name="offers-live")).to_contain_text("Paused")
