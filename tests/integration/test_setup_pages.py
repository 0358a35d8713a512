"""The steps after the address: what came back, when and how, the dry run, activation; with looks
and dry runs as workers leave them."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import select

from tests import set_up
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import (
    Agency,
    AuditEntry,
    DraftStep,
    Mapping,
    MappingDraft,
    OwnPreset,
    Role,
    Run,
    ScheduleKind,
    Source,
    SourceStatus,
    Trial,
    TrialKind,
    TrialState,
    Trigger,
    User,
    utc_now,
)
from webapp.offers.mapping_document import as_data
from webapp.presets import load_preset
from webapp.queues import IMPORT_RUN, queue

HTMX = {"HX-Request": "true"}
HOW = {
    "schedule_kind": "daily",
    "daily": "03:00",
    "timezone": "Europe/Madrid",
    "semantics": "delta",
    "absent_runs": "3",
    "hold_percent": "25",
    "max_megabytes": "50",
}


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def agent(client: FlaskClient, user: User) -> FlaskClient:
    log_in(client, user)
    return client


@pytest.fixture
def source(agency: Agency, user: User) -> Source:
    made = set_up.make_setup(agency, user)
    db.session.commit()
    return made


def step(source: Source, name: str) -> str:
    return f"/sources/{source.id}/setup/{name}"


def looked(source: Source, state: str = TrialState.DONE, **changes: Any) -> Trial:
    trial = set_up.make_look(source, state, **changes)
    db.session.commit()
    return trial


def latest(kind: str) -> Trial:
    db.session.expire_all()
    return db.session.scalars(
        select(Trial).where(Trial.kind == kind).order_by(Trial.id.desc()).limit(1)
    ).one()


def draft_document(source: Source) -> dict[str, Any]:
    db.session.expire_all()
    row = db.session.get_one(MappingDraft, source.id)
    return db.session.get_one(DraftStep, (source.id, row.step)).document


def test_the_look_is_watched_and_its_end_leads_to_what_it_found(
    agent: FlaskClient, source: Source
) -> None:
    look = looked(source, TrialState.RUNNING, bytes=8_000_000, bytes_read=2_000_000)
    page = agent.get(step(source, "what")).text
    assert "Fetching the feed: 2 MB / 8 MB" in page
    assert f'hx-get="/trials/{look.id}/progress"' in page
    address = f"/trials/{look.id}/progress"
    assert "Fetching the feed" in agent.get(address, headers=HTMX).text
    look.read, look.started_at = 1200, utc_now()
    db.session.commit()
    assert "1,200 records" in agent.get(address, headers=HTMX).text
    look.state = TrialState.DONE
    db.session.commit()
    answer = agent.get(address, headers=HTMX)
    assert answer.headers["HX-Redirect"] == step(source, "what")
    assert agent.get(f"/trials/{look.id}").location == step(source, "what")


def test_a_look_can_be_stopped_and_begun_again(agent: FlaskClient, source: Source) -> None:
    look = looked(source, TrialState.QUEUED)
    assert agent.post(f"/trials/{look.id}/cancel").location == step(source, "what")
    assert latest("look").state == TrialState.CANCELLED
    page = agent.get(step(source, "what")).text
    assert "This was stopped before its end" in page
    agent.post(step(source, "look"))
    assert latest("look").state == TrialState.QUEUED


def test_what_came_instead_of_a_feed_is_shown_with_what_to_do(
    agent: FlaskClient, source: Source
) -> None:
    looked(
        source,
        TrialState.FAILED,
        failed_with={
            "fetch": {
                "status": 200, "bytes": 512, "content_type": "text/html", "seconds": 0.2,
                "final_url": "https://feeds.example/login", "files": [],
                "first_lines": ["<html>", "<script>alert(1)</script>"],
            }
        },
        error_code="login_page",
        error_message="The server sent a login page instead of the feed.",
        error_hint="Check the user name and password.",
    )  # fmt: skip
    page = agent.get(step(source, "what")).text
    for words in (
        "The server sent a login page instead of the feed.",
        "Check the user name and password.",
        "HTTP 200",
        "text/html",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "Change the address",
        "Look again",
    ):
        assert words in page, words
    assert "<script>alert(1)" not in page


def test_a_known_format_is_named_with_its_records_and_ids(
    agent: FlaskClient, source: Source
) -> None:
    looked(source)
    page = agent.get(step(source, "what")).text
    for words in (
        "Kyero",
        "Sure",
        "<strong>133</strong>",
        "/root/property",
        "Present and unique in all 133 records.",
        "Try a dry run",
        "Record 1 of 3",
        "A bright villa.",
        "×2",
    ):
        assert words in page, words
    second = agent.get(step(source, "what") + "?record=2").text
    assert ("Record 2 of 3" in second, "H-2" in second) == (True, True)
    assert "Record 3 of 3" in agent.get(step(source, "what") + "?record=99").text


@pytest.mark.parametrize(
    ("detected", "words"),
    [
        ({"duplicates": 7, "warnings": ["duplicate_ids"]}, "7 records have the id of another one."),
        ({"ids_are_positions": True, "warnings": ["position_ids"]}, "These just count the records"),
        ({"warnings": ["missing_ids"]}, "Some records have none"),
        ({"id_path": None}, "Nothing was found that tells the offers apart."),
        ({"declared_count": 140}, "the feed announces 140"),
        ({"warnings": ["incomplete"]}, "the file breaks off"),
        ({"preset": None, "proposed": {"type": "a", "city": "b"}}, "2 fields of the offer are"),
        ({"preset": None}, "Go on to the mapping"),
        ({"confidence": 0.7}, "Likely"),
        ({"confidence": 0.3}, "A guess"),
    ],
)
def test_what_is_wrong_or_uncertain_is_said(
    agent: FlaskClient, source: Source, detected: dict[str, Any], words: str
) -> None:
    looked(source, detected=detected)
    assert words in agent.get(step(source, "what")).text


def test_another_id_and_record_path_are_looked_at(agent: FlaskClient, source: Source) -> None:
    looked(source)
    sent = {"preset": "", "record_path": "/root/agency/property", "id_path": "ref, id"}
    answer = agent.post(step(source, "what"), data=sent)
    assert (answer.status_code, answer.location) == (303, step(source, "what"))
    document = latest("look").document
    assert document is not None
    assert (document["id"], document["reading"]["record_paths"]) == (
        ["ref", "id"],
        ["/root/agency/property"],
    )
    assert document["fields"] == as_data(load_preset("kyero_v3"))["fields"]


def test_another_format_brings_its_own_paths(agent: FlaskClient, source: Source) -> None:
    looked(source)
    agent.post(step(source, "what"), data={"preset": "trovit", "id_path": "nonsense"})
    assert latest("look").document == as_data(load_preset("trovit"))
    looked(source)
    agent.post(step(source, "what"), data={"preset": "auto"})
    assert latest("look").document is None


def test_presets_of_the_own_agency_are_offered_and_those_of_others_are_not(
    agent: FlaskClient, source: Source, agency: Agency
) -> None:
    other = make_agency("Faro Estates")
    document = as_data(load_preset("kyero_v3")) | {"id": ["ref"]}
    for owner, title in ((agency, "Our Kyero"), (other, "Their Kyero")):
        preset = OwnPreset(agency_id=owner.id, slug="kyero", title=title, document=document)
        db.session.add(preset)
    looked(source)
    page = agent.get(step(source, "what")).text
    assert ("Our Kyero" in page, "Their Kyero" in page) == (True, False)
    agent.post(step(source, "what"), data={"preset": "own:kyero"})
    looking = latest("look").document
    assert looking is not None and looking["id"] == ["ref"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id_path": ""}, "Say which part of a record tells the offers apart."),
        ({"id_path": "a[["}, "This path can’t be read."),
        ({"record_path": "//"}, "This is no path to records"),
        ({"encoding": "utf-9"}, "There is no encoding of this name."),
        ({"header_row": "-1"}, "Give a row from 1 to 1,000"),
        ({"preset": "own:theirs"}, "Not a valid choice"),
    ],
)
def test_nonsense_about_the_reading_is_refused_with_a_sentence(
    agent: FlaskClient, source: Source, changes: dict[str, str], words: str
) -> None:
    before = looked(source).id
    sent = {"preset": "", "record_path": "/root/property", "id_path": "id"}
    answer = agent.post(step(source, "what"), data=sent | changes)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert "<title>Error:" in answer.text
    assert latest("look").id == before


def test_one_click_makes_the_draft_and_tries_it(
    agent: FlaskClient, source: Source, valkey: Redis
) -> None:
    looked(source)
    answer = agent.post(step(source, "use"), data={"then": "dry_run"})
    assert answer.location == step(source, "dry-run")
    assert draft_document(source) == as_data(load_preset("kyero_v3"))
    trial = latest("dry_run")
    assert (trial.state, trial.document) == (TrialState.QUEUED, draft_document(source))
    assert db.session.get_one(Source, source.id).preset == "kyero_v3"
    assert "Waiting for a worker" in agent.get(step(source, "dry-run")).text


def test_a_mapping_that_is_worked_on_is_not_thrown_away_unasked(
    agent: FlaskClient, source: Source, user: User
) -> None:
    looked(source)
    agent.post(step(source, "use"))
    page = agent.get(step(source, "what")).text
    assert "There is a mapping already" in page
    before = db.session.scalars(select(DraftStep.at)).all()
    answer = agent.post(step(source, "keep"), data={"then": "dry_run"})
    assert answer.location == step(source, "dry-run")
    db.session.expire_all()
    assert db.session.scalars(select(DraftStep.at)).all() == before


def test_nothing_can_be_used_before_something_was_found(agent: FlaskClient, source: Source) -> None:
    assert agent.get(step(source, "what")).location == step(source, "where")
    looked(source, TrialState.FAILED)
    agent.post(step(source, "use"), data={"then": "dry_run"})
    assert db.session.get(MappingDraft, source.id) is None
    agent.post(step(source, "keep"), data={"then": "dry_run"})
    agent.post(step(source, "dry-run"))
    agent.post(step(source, "activate"))
    db.session.expire_all()
    assert db.session.scalars(select(Trial.kind)).all() == [TrialKind.LOOK]
    assert db.session.scalars(select(Run)).all() == []
    assert agent.get(step(source, "dry-run")).location == step(source, "what")


def test_when_and_how_are_kept_with_the_source_and_its_draft(
    agent: FlaskClient, source: Source, user: User
) -> None:
    set_up.make_draft(source, user)
    db.session.commit()
    page = agent.get(step(source, "how")).text
    assert "Every hour" in page
    answer = agent.post(step(source, "how"), data=HOW)
    assert answer.location == step(source, "dry-run")
    db.session.expire_all()
    kept = db.session.get_one(Source, source.id)
    assert (kept.schedule_kind, kept.schedule_value) == (ScheduleKind.DAILY, "03:00")
    assert (kept.absent_runs, kept.hold_share, kept.max_bytes) == (3, 0.25, 50 * 1024**2)
    assert (kept.next_run_at, kept.mapping_id) == (None, None)
    assert draft_document(source)["semantics"] == "delta"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"daily": "25:00"}, "is not a time of day"),
        ({"timezone": "Mars/Olympus"}, "Not a valid choice"),
        ({"absent_runs": "0"}, "from 1 to 30"),
        ({"max_megabytes": "-4"}, "megabytes, 1 or more"),
        ({"semantics": "nonsense"}, "Not a valid choice"),
    ],
)
def test_nonsense_about_when_and_how_is_refused(
    agent: FlaskClient, source: Source, changes: dict[str, str], words: str
) -> None:
    answer = agent.post(step(source, "how"), data=HOW | changes)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.get_one(Source, source.id).schedule_kind == ScheduleKind.INTERVAL


def test_a_dry_run_shows_its_counts_with_examples_of_each(
    agent: FlaskClient, source: Source, user: User
) -> None:
    set_up.make_draft(source, user)
    set_up.make_dry_run(source)
    db.session.commit()
    page = agent.get(step(source, "dry-run")).text
    for words in (
        'href="#examples-created"',
        'href="#examples-rejected"',
        "Nothing was written.",
        "Only 122 of 133 records had what an offer can’t live without.",
        "€185,000",
        "record 17",
        "This record has no id.",
        "&lt;i&gt;?&lt;/i&gt;",
        "Plot &lt;b&gt;by the sea&lt;/b&gt;",
        "Activating imports 122 offers.",
        "Activate: read it now and every hour",
    ):
        assert words in page, words
    assert "The mapping was changed since" not in page


def test_a_dry_run_of_an_older_mapping_is_said_to_be_one(
    agent: FlaskClient, source: Source, user: User
) -> None:
    set_up.make_draft(source, user)
    set_up.make_dry_run(source, document=as_data(load_preset("trovit")))
    db.session.commit()
    assert "The mapping was changed since this dry run" in agent.get(step(source, "dry-run")).text


def test_activating_puts_the_draft_in_force_and_starts_the_first_run(
    agent: FlaskClient, source: Source, user: User, valkey: Redis
) -> None:
    looked(source)
    set_up.make_draft(source, user)
    trial = set_up.make_dry_run(source, TrialState.RUNNING)
    db.session.commit()
    answer = agent.post(step(source, "activate"), data={"at_step": 1})
    db.session.expire_all()
    run = db.session.scalars(select(Run)).one()
    assert answer.location == f"/runs/{run.id}"
    kept = db.session.get_one(Source, source.id)
    mapping = db.session.scalars(select(Mapping)).one()
    assert (kept.status, kept.mapping_id) == (SourceStatus.ACTIVE, mapping.id)
    assert (mapping.version, mapping.document) == (1, as_data(load_preset("kyero_v3")))
    assert (run.trigger, run.mapping_id) == (Trigger.MANUAL, mapping.id)
    assert kept.next_run_at is not None and kept.next_run_at > utc_now()
    assert db.session.get(MappingDraft, source.id) is None
    assert db.session.get_one(Trial, trial.id).state == TrialState.CANCELLED
    assert (IMPORT_RUN, (run.id,)) in [
        (job.func_name, job.args) for job in queue("imports", valkey).jobs
    ]
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert "source_activated" in actions
    assert agent.get(step(source, "what")).location == f"/sources/{source.id}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": ["nowhere"]}, "No record has an id at nowhere"),
        ({"deals": []}, "Nothing fills the price of an offer."),
    ],
)
def test_a_mapping_that_lacks_what_an_offer_needs_is_not_activated(
    agent: FlaskClient, source: Source, user: User, changes: dict[str, Any], words: str
) -> None:
    looked(source)
    set_up.make_draft(source, user)
    row = db.session.get_one(DraftStep, (source.id, 1))
    row.document = row.document | changes
    db.session.commit()
    assert words in agent.get(step(source, "dry-run")).text
    assert agent.post(step(source, "activate")).location == step(source, "dry-run")
    db.session.expire_all()
    assert db.session.get_one(Source, source.id).status == SourceStatus.SETUP


def test_whoever_comes_back_is_led_to_the_step_that_is_next(
    agent: FlaskClient, source: Source, user: User
) -> None:
    for make, expected in (
        (lambda: None, step(source, "where")),
        (lambda: set_up.make_look(source), step(source, "what")),
        (lambda: set_up.make_draft(source, user), f"/sources/{source.id}/mapping"),
        (lambda: set_up.make_dry_run(source), step(source, "dry-run")),
    ):
        make()
        db.session.commit()
        assert agent.get(f"/sources/{source.id}/setup").location == expected
    listed = agent.get("/sources").text
    assert ("Being set up" in listed, f"/sources/{source.id}/setup" in listed) == (True, True)


@pytest.mark.parametrize("action", ["run", "pause", "resume", "edit", "upload"])
def test_a_source_that_is_being_set_up_does_nothing_of_an_active_one(
    agent: FlaskClient, source: Source, action: str
) -> None:
    answer = agent.post(f"/sources/{source.id}/{action}")
    assert answer.location == f"/sources/{source.id}/setup"
    db.session.expire_all()
    assert db.session.get_one(Source, source.id).status == SourceStatus.SETUP
    assert db.session.scalars(select(Run)).all() == []


def test_an_unfinished_set_up_is_deleted_with_one_question(
    agent: FlaskClient, source: Source, user: User
) -> None:
    looked(source)
    set_up.make_draft(source, user)
    db.session.commit()
    page = agent.get(f"/sources/{source.id}/delete").text
    assert "Nothing of it was imported" in page
    agent.post(f"/sources/{source.id}/delete")
    db.session.expire_all()
    assert db.session.scalars(select(Source)).all() == []
    assert db.session.scalars(select(Trial)).all() == []


def test_a_viewer_is_told_who_sets_it_up(
    client: FlaskClient, source: Source, agency: Agency
) -> None:
    log_in(client, make_user("tom@l.example", "Tom Okafor", Role.VIEWER, agency))
    assert "An agent of your agency does it" in client.get(f"/sources/{source.id}/setup").text
    for name in ("where", "what", "how", "dry-run"):
        assert client.get(step(source, name)).status_code == 403


def test_a_mapping_that_was_changed_meanwhile_is_not_activated_unseen(
    agent: FlaskClient, source: Source, user: User
) -> None:
    looked(source)
    set_up.make_draft(source, user)
    db.session.commit()
    assert 'name="at_step" value="1"' in agent.get(step(source, "dry-run")).text
    set_up.make_draft(source, user)
    db.session.commit()
    answer = agent.post(step(source, "activate"), data={"at_step": 1})
    assert answer.location == step(source, "dry-run")
    assert "The mapping was changed meanwhile" in agent.get(answer.location).text
    db.session.expire_all()
    assert db.session.get_one(Source, source.id).status == SourceStatus.SETUP
    assert db.session.scalars(select(Run)).all() == []


def test_a_file_that_is_kept_no_more_is_asked_for_again(
    agent: FlaskClient, source: Source, user: User
) -> None:
    looked(source)
    set_up.make_draft(source, user)
    source.location = ""
    db.session.commit()
    assert "send the file again" in agent.get(step(source, "dry-run")).text
    agent.post(step(source, "activate"), data={"at_step": 1})
    assert db.session.scalars(select(Run)).all() == []
