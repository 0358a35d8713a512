"""What is kept for admins of an unexpected exception: one row a kind, counted, without secrets."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from kyero_by_hand import FeedFile, records
from pipeline_steps import jobs_of, make_source, run_of, run_to_end, sql, start, work_offers
from refusals import database_refusing, spoil_record

from jobs import fault_rows, tasks
from tests.deliveries import make_webhook
from tests.people import log_in, make_admin, make_user
from webapp.config import REPOSITORY
from webapp.extensions import db
from webapp.models import Fault, Issue, Role, Source
from webapp.services.credentials import CredentialKind, SourceCredentials, encrypted_credentials
from webapp.services.webhook_secrets import add_secret

HIDDEN = "48151623"


@pytest.fixture(autouse=True)
def nothing_met_before() -> None:
    fault_rows._met.clear()


def faults_kept() -> list[Fault]:
    db.session.rollback()
    return list(db.session.query(Fault).order_by(Fault.id))


def crash(source: int, file: FeedFile, count: int, town: str) -> int:
    """A run whose records can't be unpacked any more when their turn comes."""
    run_id = start(source, file.write(records(count, H1=town)))
    tasks.import_run(run_id)
    for job in jobs_of(run_id):
        spoil_record(job.id)
    work_offers()
    tasks.finish_run(run_id)
    return run_id


def test_a_flood_of_one_fault_is_one_row_that_counts_them(file: FeedFile) -> None:
    source = make_source()
    crash(source, file, 30, "Calpe")
    [fault] = faults_kept()
    assert (fault.source_id, fault.code, fault.times) == (source, "mapping_failed", 30)
    assert fault.exception.endswith("ZstdError") and fault.place == "jobs/job_rows.py, record_of"
    assert fault.message and fault.traceback.endswith(fault.message)
    assert 'File "jobs/map_jobs.py"' in fault.traceback
    assert str(REPOSITORY) not in fault.traceback and 'File "/' not in fault.traceback
    assert fault.sentry_event_id is None


def test_the_same_fault_of_a_later_run_adds_to_its_row(file: FeedFile) -> None:
    source = make_source()
    crash(source, file, 3, "Calpe")
    [first] = faults_kept()
    known = (first.id, first.first_seen_at, first.last_seen_at)
    crash(source, file, 2, "Denia")
    [again] = faults_kept()
    assert (again.id, again.times, again.first_seen_at) == (known[0], 5, known[1])
    assert again.last_seen_at > known[2]


def test_what_the_database_refuses_is_told_with_the_way_through_our_code(file: FeedFile) -> None:
    source = make_source()
    with database_refusing("external_id = 'H2'"):
        run_to_end(source, file.write(records(3)))
    [fault] = faults_kept()
    assert (fault.code, fault.times) == ("offer_refused_by_database", 1)
    assert fault.exception == "psycopg.errors.CheckViolation"
    assert fault.place.startswith("jobs/") and "refusing" in fault.message


def test_a_turn_without_a_fault_leaves_none(file: FeedFile) -> None:
    run_to_end(make_source(), file.write(records(3)))
    assert faults_kept() == []


def test_secrets_are_hidden_in_message_and_traceback(vendor: str) -> None:
    source = db.session.get_one(Source, make_source())
    access = SourceCredentials(CredentialKind.BEARER, "", HIDDEN)
    source.credentials = encrypted_credentials(access)
    db.session.commit()
    said = f"no access with {HIDDEN} to ftp://ann:pw99@files.example/x, api_key=zz1199\0\ud800"
    try:
        raise ValueError(said)
    except ValueError as error:
        fault_rows.count_fault(source.id, "reading_failed", error, None)
    fault_rows.write_faults()
    [fault] = faults_kept()
    assert fault.message == "no access with *** to ftp://***@files.example/x, api_key=***"
    for secret in (HIDDEN, "pw99", "zz1199"):
        assert secret not in fault.traceback


def test_secrets_of_a_webhook_are_hidden_too(vendor: str) -> None:
    source = db.session.get_one(Source, make_source())
    webhook = make_webhook(source, receipt_url="https://api.lirio.example/told?api_key=zz1199")
    add_secret(webhook, make_admin(), typed=HIDDEN)
    db.session.commit()
    try:
        raise ValueError(f"{HIDDEN} and zz1199 were told")
    except ValueError as error:
        fault_rows.count_fault(source.id, "split_failed", error, None)
    fault_rows.write_faults()
    [fault] = faults_kept()
    assert fault.message == "*** and *** were told"


def test_what_is_long_is_cut(vendor: str) -> None:
    source = make_source()
    try:
        raise ValueError("x" * 90_000)
    except ValueError as error:
        fault_rows.count_fault(source, "reading_failed", error, None)
    fault_rows.write_faults()
    [fault] = faults_kept()
    assert len(fault.message) == fault_rows.LONGEST_MESSAGE
    assert len(fault.traceback) < fault_rows.LONGEST_TRACEBACK + 10
    assert "test_faults.py" in fault.traceback


def test_a_source_that_is_gone_takes_nothing_else_with_it(vendor: str) -> None:
    source = make_source()
    for id in (source, source + 1):
        fault_rows.count_fault(id, "reading_failed", ValueError("no"), None)
    fault_rows.write_faults()
    assert [fault.source_id for fault in faults_kept()] == [source]


def test_only_admins_see_the_fault_behind_an_issue(client: FlaskClient, file: FeedFile) -> None:
    source = make_source()
    with database_refusing("city <> ''"):
        run_to_end(source, file.write(records(2)))
    [fault] = faults_kept()
    place = fault.place
    issue = db.session.query(Issue).filter_by(code="offer_refused_by_database").one().id
    agency = db.session.get_one(Source, source).agency
    mara = make_user("mara@c.example", "Mara Sol", agency=agency)
    vera = make_user("vera@c.example", "Vera Sol", agency=agency, role=Role.VIEWER)
    for person in (mara, vera):
        log_in(client, person)
        for address in (f"/issues/{issue}", f"/issues/{issue}/records.csv"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert place not in answer.text and "Traceback" not in answer.text
        client.post("/logout")
    log_in(client, make_admin())
    shown = client.get(f"/issues/{issue}").text
    assert place in shown and "Traceback (most recent" in shown and "2 times" in shown


def test_only_admins_see_the_fault_that_a_run_failed_of(client: FlaskClient, vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=3")
    sql("UPDATE mappings SET document = '{}'")
    run_id = start(source)
    tasks.import_run(run_id)
    assert run_of(run_id).error_code == "reading_failed"
    [fault] = faults_kept()
    place = fault.place
    agency = db.session.get_one(Source, source).agency
    log_in(client, make_user("mara@c.example", "Mara Sol", agency=agency))
    assert place not in client.get(f"/runs/{run_id}").text
    client.post("/logout")
    log_in(client, make_admin())
    assert place in client.get(f"/runs/{run_id}").text
    sql("UPDATE faults SET first_seen_at = now() + interval '1 h'")
    sql("UPDATE runs SET finished_at = now()")
    assert place not in client.get(f"/runs/{run_id}").text


def test_the_event_in_sentry_is_a_link_where_its_address_is_known(
    client: FlaskClient, configure: Any, vendor: str
) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=3")
    sql("UPDATE mappings SET document = '{}'")
    run_id = start(source)
    tasks.import_run(run_id)
    sql("UPDATE faults SET sentry_event_id = 'c0ffee'")
    log_in(client, make_admin())
    shown = client.get(f"/runs/{run_id}").text
    assert "c0ffee" in shown and "?query=" not in shown
    configure(sentry_issues_url="https://sentry.example/organizations/acme/issues/?project=7")
    shown = client.get(f"/runs/{run_id}").text
    address = "https://sentry.example/organizations/acme/issues/?project=7&amp;query=c0ffee"
    assert f'href="{address}"' in shown
