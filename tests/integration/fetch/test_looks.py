"""A look at a feed: what an address leads to, or why it leads nowhere."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session
from vendor_answers import drips, hangs_up, redirects, says
from vendor_server import Vendor

from jobs import tasks
from tests import factories
from tests.people import make_agency
from webapp.extensions import db
from webapp.models import (
    CountedValue,
    OwnPreset,
    Run,
    Source,
    SourceStatus,
    Trial,
    TrialKind,
    TrialState,
    Trigger,
)
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.presets import load_preset
from webapp.queries.samples import sample_of
from webapp.services.credentials import CredentialKind, SourceCredentials, encrypted_credentials
from webapp.services.locations import set_location
from webapp.services.mappings import add_version
from webapp.services.runs import start_run
from webapp.services.trials import cancel_trial, start_trial
from webapp.services.uploads import keep_upload

PROPERTY = (
    "<property><id>{id}</id><date>2026-11-20 10:00:00</date><ref>R{id}</ref><price>95000</price>"
    "<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type>"
    "<town>Puerto Lirio</town><province>Costa Serena</province><country>Spain</country>"
    "<beds>3</beds><baths>2</baths><password>hunter2</password></property>\n"
)
LISTING = (
    "<home><code>{id}</code><kind>Villa</kind><cost currency='EUR'>{price}</cost>"
    "<city>Puerto Lirio</city><rooms>4</rooms><surface>{price}</surface>"
    "<description>A bright house above the bay of Puerto Lirio.</description></home>\n"
)


def kyero(count: int) -> bytes:
    inner = "".join(PROPERTY.format(id=number) for number in range(101, 101 + count))
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n<root>\n<kyero><feed_version>3</feed_version>"
        f"</kyero>\n{inner}</root>"
    ).encode()


def listings(count: int) -> bytes:
    inner = "".join(LISTING.format(id=f"H-{n}x", price=100_000 + n) for n in range(count))
    agents = "<agents><agent><code>a1</code></agent><agent><code>a2</code></agent></agents>"
    return f"<export>{agents}<homes>{inner}</homes></export>".encode()


@pytest.fixture
def source(
    session: scoped_session[Session],
    app: Flask,
    vendor: Vendor,
    monkeypatch: pytest.MonkeyPatch,
) -> Source:
    """In the middle of its set-up: without a mapping."""
    allowed = replace(app.config["OFFERDOCK"], allowed_private_hosts=frozenset({vendor.host}))
    monkeypatch.setitem(app.config, "OFFERDOCK", allowed)
    source = factories.make_source(
        make_agency("Lirio Homes"), location=f"{vendor.url}/feed", status=SourceStatus.SETUP
    )
    source.mapping_id = None
    db.session.commit()
    return source


def looked_at(source: Source, **what: Any) -> Trial:
    # The worker has closed the session of an earlier look.
    db.session.add(source)
    trial = start_trial(source, TrialKind.LOOK, None, **what)
    db.session.commit()
    return worked(trial.id)


def worked(trial_id: int) -> Trial:
    tasks.work_trial(trial_id)
    return db.session.scalars(select(Trial).where(Trial.id == trial_id)).one()


def result_of(trial: Trial) -> dict[str, Any]:
    assert (trial.state, trial.error_code) == ("done", None)
    assert trial.result is not None
    return trial.result


def test_a_known_format_is_recognised_with_its_ids_and_a_masked_sample(
    source: Source, vendor: Vendor
) -> None:
    vendor.answers["/feed"] = says(kyero(60), Content_Type="text/xml")
    trial = looked_at(source)
    result = result_of(trial)
    assert result["fetch"]["status"] == 200
    assert result["fetch"]["content_type"] == "text/xml"
    assert result["fetch"]["bytes"] == len(kyero(60)) == trial.bytes
    assert result["fetch"]["first_lines"][:2] == [
        "<?xml version='1.0' encoding='utf-8'?>",
        "<root>",
    ]
    assert "hunter2" not in str(result)
    assert result["detected"]["preset"] == "kyero_v3"
    assert (result["detected"]["records"], result["detected"]["id_unique"]) == (60, True)
    assert result["document"] == as_data(load_preset("kyero_v3"))
    assert result["ids"][0] == {
        "path": "id", "present": 1.0, "distinct": 60, "duplicates": 0, "positions": False,
    }  # fmt: skip
    assert "ref" in [candidate["path"] for candidate in result["ids"]]
    assert result["record_paths"][0] == {"path": "/root/property", "records": 60}
    assert result["presets"][0]["name"] == "kyero_v3"
    sample = sample_of(db.session.get_one(Source, trial.source_id))
    assert sample is not None
    assert (len(sample.records), sample.looked_at) == (50, 60)
    assert (sample.records[0]["id"], sample.records[0]["password"]) == ("101", "***")
    assert "hunter2" not in str(sample.profile)


def test_a_look_changes_nothing_about_the_source(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(kyero(3), ETag='"v1"')
    before = row_of_the_source()
    looked_at(source)
    assert row_of_the_source() == before


def row_of_the_source() -> dict[str, Any]:
    row = db.session.execute(select(Source.__table__)).mappings().one()
    return {name: value for name, value in row.items() if name != "values_counted_at"}


def test_the_words_of_the_first_records_are_counted(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(kyero(7))
    looked_at(source)
    word = db.session.scalars(select(CountedValue).where(CountedValue.word == "villa")).one()
    assert (word.value_table, word.records, word.examples[0]) == ("types", 7, "101")


def test_of_a_feed_in_pages_the_first_one_is_looked_at(source: Source, vendor: Vendor) -> None:
    page = {"items": [{"id": f"Z-{n}", "price": 1000 * n, "city": "Altea"} for n in range(1, 9)]}
    vendor.answers["/feed"] = says(orjson.dumps(page))
    source.fetching = {"paging": {"kind": "page", "param": "page"}}
    db.session.commit()
    result = result_of(looked_at(source))
    assert [path for path, _ in vendor.requests] == ["/feed?page=1"]
    assert (result["detected"]["records"], result["detected"]["id_path"]) == (8, "id")


def test_for_an_unknown_format_a_mapping_is_proposed_and_its_places_are_counted(
    source: Source, vendor: Vendor
) -> None:
    vendor.answers["/feed"] = says(listings(12))
    result = result_of(looked_at(source))
    assert result["detected"]["preset"] is None
    assert result["document"]["name"] == "proposed"
    assert result["document"]["id"] == ["code"]
    assert {"path": "/export/homes/home", "records": 12} in result["record_paths"]


def test_other_records_and_ids_that_a_person_chose_are_used(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(listings(12))
    found = result_of(looked_at(source))["document"]
    reading = {**found["reading"], "record_paths": ["/export/*/home"]}
    chosen = MappingDocument.model_validate({**found, "reading": reading, "id": ["surface"]})
    result = result_of(looked_at(source, document=chosen))
    assert result["document"]["reading"]["record_paths"] == ["/export/*/home"]
    assert (result["detected"]["id_path"], result["detected"]["records"]) == ("surface", 12)
    assert "code" in [candidate["path"] for candidate in result["ids"]]


def test_a_chosen_preset_is_used_though_another_fits_better(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(kyero(4))
    chosen = load_preset("kyero_v3").model_copy(update={"id": ("ref",)})
    result = result_of(looked_at(source, document=chosen))
    assert (result["detected"]["id_path"], result["detected"]["records"]) == ("ref", 4)


def test_own_presets_of_the_agency_that_fit_are_offered_and_not_taken(
    source: Source, vendor: Vendor
) -> None:
    vendor.answers["/feed"] = says(kyero(4))
    own = load_preset("kyero_v3").model_copy(update={"title": "Ours"})
    for agency_id, slug in ((source.agency_id, "ours"), (make_agency("Other").id, "theirs")):
        db.session.add(
            OwnPreset(agency_id=agency_id, slug=slug, title="Ours", document=as_data(own))
        )
    db.session.commit()
    result = result_of(looked_at(source))
    names = [preset["name"] for preset in result["presets"]]
    assert names[0] == "kyero_v3" == result["detected"]["preset"]
    assert "own:ours" in names and "own:theirs" not in names


LOGIN = (
    b"<!doctype html>\n<html><head><title>Sign in</title></head>\n<body><form>"
    b"<input type='password' name='p'></form>Your token=s3cr3t-token</body></html>"
)


@pytest.mark.parametrize(
    ("answer", "code", "status", "line"),
    [
        (says(LOGIN, Content_Type="text/html"), "login_page", 200, "<!doctype html>"),
        (says(b"<h1>Nothing here</h1>", 404), "not_found", 404, "<h1>Nothing here</h1>"),
        (says(b"Wrong token: s3cr3t-token", 401), "unauthorised", 401, "Wrong token: ***"),
        (says(b"down", 503), "server_error", 503, "down"),
        (says(b""), "empty_feed", 200, None),
        (says(b"%PDF-1.7 whatever"), "not_a_feed", 200, "%PDF-1.7 whatever"),
        (hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<root>\n<a>"), "truncated", 200,
         "<root>"),
    ],
)  # fmt: skip
def test_what_came_instead_of_a_feed_is_shown(
    source: Source,
    vendor: Vendor,
    answer: Any,
    code: str,
    status: int,
    line: str | None,
) -> None:
    vendor.answers["/feed"] = answer
    trial = looked_at(source)
    assert (trial.state, trial.error_code) == (TrialState.FAILED, code)
    assert trial.error_message and trial.error_hint
    assert "tried again by itself" not in trial.error_hint
    assert trial.result is not None
    assert trial.result["fetch"]["status"] == status
    assert trial.result["fetch"]["first_lines"][:1] == ([line] if line else [])
    assert sample_of(db.session.get_one(Source, trial.source_id)) is None


def test_secrets_of_the_source_that_a_server_repeats_are_hidden(
    source: Source, vendor: Vendor
) -> None:
    vendor.answers["/feed"] = says(b"No feed for s3cr3tkey1 of user anna:pa55w0rd", 403)
    set_location(source, f"{vendor.url}/feed?apikey=s3cr3tkey1")
    source.credentials = encrypted_credentials(
        SourceCredentials(CredentialKind.BASIC, "anna", "pa55w0rd")
    )
    db.session.commit()
    trial = looked_at(source)
    assert trial.result is not None
    assert trial.result["fetch"]["first_lines"] == ["No feed for *** of user anna:***"]
    assert "s3cr3tkey1" not in f"{trial.result} {trial.error_message} {trial.error_place}"


def test_a_redirect_into_a_private_network_is_refused(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = redirects("http://10.0.0.7/feed.xml")
    trial = looked_at(source)
    assert (trial.state, trial.error_code, trial.result) == ("failed", "private_address", None)


def test_a_truncated_document_is_recognised_and_said_to_be_incomplete(
    source: Source, vendor: Vendor
) -> None:
    vendor.answers["/feed"] = says(kyero(9)[:-200])
    result = result_of(looked_at(source))
    assert result["detected"]["preset"] == "kyero_v3"
    assert "incomplete" in result["detected"]["warnings"]


def test_the_source_s_own_limit_of_size_counts(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(kyero(2000))
    source.max_bytes = 100_000
    db.session.commit()
    trial = looked_at(source)
    assert (trial.state, trial.error_code) == ("failed", "too_large")


def test_a_file_that_was_sent_is_looked_at_instead_of_the_address(
    source: Source, vendor: Vendor
) -> None:
    upload = keep_upload(source, "export.xml", io.BytesIO(kyero(5)))
    result = result_of(looked_at(source, upload=upload))
    assert vendor.requests == []
    assert (result["fetch"]["files"], result["fetch"]["status"]) == (["export.xml"], None)
    assert result["detected"]["records"] == 5


def test_without_an_address_and_a_file_there_is_nothing_to_look_at(source: Source) -> None:
    source.location = ""
    db.session.commit()
    assert looked_at(source).error_code == "no_address"


def test_a_trial_is_worked_once(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(kyero(1))
    trial = looked_at(source)
    before = trial.finished_at
    assert worked(trial.id).finished_at == before
    assert len(vendor.requests) == 1


def test_a_cancelled_trial_is_left_alone(source: Source, vendor: Vendor) -> None:
    trial = start_trial(source, TrialKind.LOOK, None)
    cancel_trial(trial)
    db.session.commit()
    assert worked(trial.id).state == TrialState.CANCELLED
    assert vendor.requests == []


def test_a_trial_that_is_cancelled_while_it_fetches_stops(
    source: Source, vendor: Vendor, app: Flask, start_vendor: Callable[[], Vendor]
) -> None:
    trial_id = start_trial(source, TrialKind.LOOK, None).id
    db.session.commit()
    endless = drips(vendor.stopping, b"HTTP/1.1 200 OK\r\n\r\n<root>")

    def cancels_and_drips(request: Any) -> None:
        with app.app_context():
            cancelling = update(Trial).where(Trial.id == trial_id).values(state="cancelled")
            db.session.execute(cancelling)
            db.session.commit()
        endless(request)

    vendor.answers["/feed"] = cancels_and_drips
    trial = worked(trial_id)
    assert (trial.state, trial.result) == (TrialState.CANCELLED, None)


def test_a_run_keeps_to_the_source_s_own_limit_too(source: Source, vendor: Vendor) -> None:
    vendor.answers["/feed"] = says(kyero(2000))
    source.max_bytes, source.status = 100_000, SourceStatus.ACTIVE
    add_version(source, load_preset("kyero_v3"), None)
    run_id = start_run(source, trigger=Trigger.MANUAL).id
    db.session.commit()
    tasks.import_run(run_id)
    run = db.session.get_one(Run, run_id)
    assert (run.state, run.error_code) == ("failed", "too_large")
