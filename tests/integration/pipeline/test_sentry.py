"""What reaches Sentry: one event an issue and run, our own faults once, errors of pages."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sentry_sdk
from flask import Flask
from kyero_by_hand import FeedFile, records
from pipeline_steps import jobs_of, make_source, run_to_end, sql, start, work_offers
from refusals import database_refusing, spoil_record
from sentry_ingest import Ingest, running_ingest

from jobs import faults, tasks
from tests.people import log_in, make_admin
from webapp import create_app, observability
from webapp.config import Config

# Not spelt out in the tests: the lines around a fault are part of its event.
SECRET = "48151623"


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    """Listens; whatever switches Sentry on meanwhile is switched off again."""
    faults._recent.clear()
    with running_ingest() as server:
        yield server
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def sentry(ingest: Ingest, config: Config) -> Ingest:
    """Sentry switched on as the address in the environment does it."""
    observability.start(replace(config, sentry_dsn=ingest.dsn))
    return ingest


def events(ingest: Ingest) -> list[dict[str, Any]]:
    sentry_sdk.flush(5)
    return ingest.events


def tags(event: dict[str, Any]) -> dict[str, str]:
    return {name: str(event["tags"].get(name)) for name in ("source", "run", "code")}


def test_each_issue_of_a_run_is_one_event(vendor: str, sentry: Ingest) -> None:
    source = make_source(f"{vendor}/kyero/clumsy-clerk.xml?offers=300&bad=0.2")
    run = run_to_end(source)
    issues = {
        (code, field) for code, field in sql("SELECT code, field FROM issues WHERE state = 'open'")
    }
    sent = events(sentry)
    assert Counter((one["tags"]["code"], one["tags"]["field"]) for one in sent) == Counter(issues)
    assert len(issues) > 2 and sql("SELECT count(*) > 30 FROM problems") == [(True,)]
    for one in sent:
        assert tags(one) == {
            "source": str(source), "run": str(run.id), "code": one["tags"]["code"],
        }  # fmt: skip


def test_an_issue_that_goes_on_is_no_news_and_one_that_is_back_is_under_the_same_group(
    file: FeedFile, sentry: Ingest
) -> None:
    source = make_source()
    for version in ("Calpe", "Denia"):
        run_to_end(source, file.write([*records(2, H1=version), *records(1)]))
    assert [one["tags"]["code"] for one in events(sentry)] == ["duplicate_id"]
    run_to_end(source, file.write(records(2)))
    run_to_end(source, file.write([*records(2, H1="Jávea"), *records(1)]))
    sent = events(sentry)
    assert [one["tags"]["code"] for one in sent] == ["duplicate_id", "duplicate_id"]
    assert sent[0]["fingerprint"] == sent[1]["fingerprint"]
    assert sent[0]["tags"]["run"] != sent[1]["tags"]["run"]


def test_a_crashing_mapping_is_reported_once_however_many_offers(
    file: FeedFile, sentry: Ingest
) -> None:
    source = make_source()
    run_id = start(source, file.write(records(30)))
    tasks.import_run(run_id)
    for job in jobs_of(run_id):
        spoil_record(job.id)
    work_offers()
    [crash] = events(sentry)
    assert tags(crash) == {"source": str(source), "run": str(run_id), "code": "mapping_failed"}
    assert crash["exception"]["values"][-1]["type"] == "ZstdError"
    assert sql("SELECT sentry_event_id, times FROM faults") == [(crash["event_id"], 30)]
    tasks.finish_run(run_id)
    assert len(events(sentry)) == 2


def test_what_the_database_refuses_is_reported_once(file: FeedFile, sentry: Ingest) -> None:
    source = make_source()
    with database_refusing("city = 'Altea'"):
        run = run_to_end(source, file.write(records(12)))
    faults_sent = [one for one in events(sentry) if "exception" in one]
    assert [tags(one) for one in faults_sent] == [
        {"source": str(source), "run": str(run.id), "code": "offer_refused_by_database"}
    ]
    assert sql("SELECT sentry_event_id FROM faults") == [(faults_sent[0]["event_id"],)]


def test_a_fault_while_reading_is_reported(vendor: str, sentry: Ingest) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=3")
    sql("UPDATE mappings SET document = '{}'")
    run_id = start(source)
    tasks.import_run(run_id)
    assert [tags(one) for one in events(sentry)] == [
        {"source": str(source), "run": str(run_id), "code": "reading_failed"}
    ]


def test_a_vendor_that_is_down_is_no_event(vendor: str, sentry: Ingest) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?mode=500")
    tasks.import_run(start(source))
    assert events(sentry) == []


def test_an_error_of_a_page_is_sent_without_who_and_what(ingest: Ingest, config: Config) -> None:
    application = create_app(replace(config, sentry_dsn=ingest.dsn))
    application.add_url_rule("/stumble", "stumble", stumble)
    client = application.test_client()
    log_in(client, make_admin())
    answer = client.get("/stumble")
    assert answer.status_code == 500
    [event] = events(ingest)
    assert event["exception"]["values"][-1]["type"] == "ZeroDivisionError"
    assert event["release"] == f"offerdock@{config.release}"
    assert "user" not in event and "cookies" not in event["request"]
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames and not any("vars" in frame for frame in frames)


def test_an_error_of_a_page_is_sent_without_the_secrets_of_its_address(
    ingest: Ingest, config: Config
) -> None:
    application = create_app(replace(config, sentry_dsn=ingest.dsn))
    application.add_url_rule("/stumble", "stumble", stumble)
    client = application.test_client()
    log_in(client, make_admin())
    client.get(
        f"/stumble?page=2&token={SECRET}",
        headers={"Referer": f"http://127.0.0.1:8000/invitation?token={SECRET}"},
    )
    [event] = events(ingest)
    assert event["request"]["query_string"] == "page=2&token=***"
    assert event["request"]["headers"]["Referer"].endswith("/invitation?token=***")
    assert SECRET.encode() not in ingest.raw


def test_a_fault_while_reading_is_sent_without_the_key_of_the_feed(
    vendor: str, sentry: Ingest
) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=3&seed={SECRET}")
    sql("UPDATE mappings SET document = '{}'")
    tasks.import_run(start(source))
    [event] = events(sentry)
    assert any(crumb["category"] == "httplib" for crumb in event["breadcrumbs"]["values"])
    assert SECRET.encode() not in sentry.raw


def stumble() -> str:
    return str(1 // 0)


def test_without_an_address_nothing_is_sent(app: Flask, vendor: str, ingest: Ingest) -> None:
    observability.start(replace(app.config["OFFERDOCK"], sentry_dsn=""))
    source = make_source(f"{vendor}/kyero/clumsy-clerk.xml?offers=30&bad=0.5")
    assert run_to_end(source).state == "finished"
    assert not sentry_sdk.is_initialized()
    assert (events(ingest), ingest.raw) == ([], b"")


@pytest.mark.parametrize(("share", "sampled"), [(0.0, False), (1.0, True)])
def test_timing_is_sent_only_when_a_share_of_it_is_asked_for(
    ingest: Ingest, config: Config, share: float, sampled: bool
) -> None:
    observability.start(replace(config, sentry_dsn=ingest.dsn, sentry_traces=share, release="7"))
    with sentry_sdk.start_transaction(name="a request") as transaction:
        assert transaction.sampled is sampled
    assert sentry_sdk.get_client().options["release"] == "offerdock@7"
