"""The activity of a source: what people did, with what was before, filtered and paged."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.people import log_in, make_admin, make_user
from webapp.extensions import db
from webapp.models import Agency, AuditEntry, Run, Source, User
from webapp.services.audit import note
from webapp.services.credentials import CredentialKind, SourceCredentials


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def agent(client: FlaskClient, user: User) -> FlaskClient:
    log_in(client, user)
    return client


@pytest.fixture
def source(agency: Agency) -> Source:
    credentials = SourceCredentials(CredentialKind.BASIC, "lirio", "hunter2")
    source = factories.make_source(agency, credentials=credentials)
    db.session.commit()
    return source


def settings(**changes: str) -> dict[str, str]:
    return {
        "name": "Lirio CRM",
        "location": "https://feeds.example/lirio.xml?key=***",
        "schedule_kind": "hours",
        "hours": "6",
        "timezone": "Europe/Madrid",
        "credential_kind": "basic",
        "credential_name": "lirio",
        "credential_secret": "",
        "absent_runs": "2",
        "hold_percent": "15",
        "semantics": "snapshot",
        "pick": "newest",
        "paging_kind": "",
        **changes,
    }


def actions() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_change_of_settings_says_what_was_before_and_after(
    agent: FlaskClient, source: Source
) -> None:
    changed = settings(
        name="Faro door", schedule_kind="daily", daily="4:30", hold_percent="20",
        credential_secret="new0ne",
    )  # fmt: skip
    answer = agent.post(f"/sources/{source.id}/edit", data=changed)
    assert answer.status_code == 303, answer.text
    page = agent.get(f"/sources/{source.id}/activity").text
    for words in (
        "Changed the settings", "Inés Valdemar", "<del>Lirio CRM</del> <ins>Faro door</ins>",
        "<del>Every 6 hours</del> <ins>Daily at 04:30 (Europe/Madrid)</ins>",
        "<del>15 %</del> <ins>20 %</ins>", "Password or key",
    ):  # fmt: skip
        assert words in page
    for secret in ("hunter2", "new0ne", "s3cret"):
        assert secret not in page
        assert secret not in str(db.session.scalars(select(AuditEntry.detail)).all())


def test_a_form_that_changes_nothing_leaves_no_entry(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/edit", data=settings())
    assert actions() == []


def test_what_people_do_with_runs_is_noted(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/run")
    run = db.session.scalars(select(Run)).one()
    agent.post(f"/runs/{run.id}/cancel")
    agent.post(f"/runs/{run.id}/cancel")
    held = factories.make_run(source, held=3)
    factories.hold(held, [factories.make_offer(source) for _ in range(3)])
    other = factories.make_run(source)
    factories.hold(other, [factories.make_offer(source)])
    factories.make_rejected_job(other, "NEW-1")
    refused = factories.make_rejected_job(held, "NEW-2")
    db.session.commit()
    agent.post(f"/runs/{held.id}/withdraw")
    agent.post(f"/runs/{other.id}/discard")
    agent.post(f"/runs/{other.id}/retry")
    agent.post(f"/runs/{other.id}/retry")
    agent.post(f"/runs/{held.id}/jobs/{refused.id}/retry")
    agent.post(f"/sources/{source.id}/pause")
    agent.post(f"/sources/{source.id}/resume")
    assert actions() == [
        "run_started", "run_cancelled", "removals_approved", "removals_discarded",
        "offers_retried", "offers_retried", "source_paused", "source_resumed",
    ]  # fmt: skip
    page = agent.get(f"/sources/{source.id}/activity").text
    for words in (
        "Started a run (By hand)", "Cancelled a run", "Approved that 3 offers are withdrawn",
        "Discarded the removals", "Sent 1 offer again", "Paused it", "Resumed it",
    ):  # fmt: skip
        assert words in page
    assert page.index("Resumed it") < page.index("Cancelled a run")


def test_the_activity_is_filtered_by_kind_and_person(
    agent: FlaskClient, source: Source, user: User
) -> None:
    admin = make_admin()
    note("source_paused", source, admin)
    note("run_started", source, user, run=1, trigger="manual")
    note("value_decided", source, user, table="types", meanings={"Quinta": "villa", "x": None})
    note("value_decided", source, user, table="types", taken_back="Nada", before="plot")
    note("ignore_paths_changed", source, None, before=["a"], after=["b"])
    db.session.commit()
    address = f"/sources/{source.id}/activity"
    page = agent.get(address).text
    for words in (
        "the system",
        "Not ignored any more",
        "<ins>villa</ins>",
        "means nothing",
        "Nada",
    ):
        assert words in page
    runs = agent.get(f"{address}?kind=runs").text
    assert "Started a run" in runs
    assert "Paused it" not in runs
    hers = agent.get(f"{address}?person={admin.id}").text
    assert "Paused it" in hers
    assert "Started a run" not in hers
    assert "Nothing matches" in agent.get(f"{address}?kind=mapping").text
    assert agent.get(f"{address}?kind=x&person=x&page=x").status_code == 200


def test_the_activity_goes_on_by_pages(agent: FlaskClient, source: Source, user: User) -> None:
    for number in range(30):
        note("source_changed", source, user, before={"name": ""}, after={"name": f"Name {number}"})
    db.session.commit()
    assert "Name 29<" in agent.get(f"/sources/{source.id}/activity").text
    second = agent.get(f"/sources/{source.id}/activity?page=2").text
    assert "Name 4<" in second
    assert "Name 5<" not in second


def test_names_are_escaped(agent: FlaskClient, source: Source, user: User) -> None:
    note("value_decided", source, user, table="t", meanings={"<script>x</script>": "villa"})
    db.session.commit()
    page = agent.get(f"/sources/{source.id}/activity").text
    assert "&lt;script&gt;x" in page


def test_the_log_of_a_deleted_source_is_kept(agent: FlaskClient, source: Source) -> None:
    agent.post(f"/sources/{source.id}/delete")
    db.session.expire_all()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.source_id) == ("source_deleted", None)
    assert entry.detail == {"name": "Lirio CRM"}


def test_a_source_nobody_touched_says_so(agent: FlaskClient, source: Source) -> None:
    assert "Nothing yet" in agent.get(f"/sources/{source.id}/activity").text
