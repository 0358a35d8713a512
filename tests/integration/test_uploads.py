"""Sending a feed through the browser: kept in pieces, read once, then removed."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobs.fetch.upload import forget_uploads
from jobs.run_here import run_here
from tests import factories
from tests.people import log_in, make_agency, make_user
from webapp.extensions import db
from webapp.models import Agency, Offer, Run, RunState, Source, Trigger, UploadChunk, Verdict

PROPERTY = (
    "<property><id>{0}</id><date>2026-11-20 10:00:00</date><ref>R{0}</ref><price>250000</price>"
    "<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type>"
    "<town>Puerto Lirio</town><province>Costa Serena</province><country>Spain</country>"
    "<beds>3</beds><baths>2</baths></property>"
)
FEED = (
    "<root><kyero><feed_version>3</feed_version></kyero>"
    + "".join(PROPERTY.format(number) for number in (1, 2))
    + "</root>"
).encode()


@pytest.fixture
def source(agency: Agency) -> Source:
    made = factories.make_source(agency)
    db.session.commit()
    return made


def sent(agent: FlaskClient, source: Source, content: bytes, name: str = "offers.xml") -> Any:
    """The body is put together here: the client itself would leave a temporary file open."""
    head = f'--mark\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return agent.post(
        f"/sources/{source.id}/upload",
        data=head.encode() + content + b"\r\n--mark--\r\n",
        content_type="multipart/form-data; boundary=mark",
    )


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(UploadChunk)) or 0


def the_run() -> Run:
    db.session.expire_all()
    return db.session.scalars(select(Run)).one()


def test_a_file_is_read_once_and_then_removed(
    app: Flask, agent: FlaskClient, source: Source
) -> None:
    assert f"/sources/{source.id}/upload" in agent.get(f"/sources/{source.id}").text
    assert 'type="file"' in agent.get(f"/sources/{source.id}/upload").text
    answer = sent(agent, source, FEED)
    run = the_run()
    assert (answer.status_code, answer.location) == (303, f"/runs/{run.id}")
    assert (run.trigger, run.file_path, kept()) == (Trigger.UPLOAD, "offers.xml", 1)
    forget_uploads()
    assert kept() == 1
    run = run_here(run.id, app.config["OFFERDOCK"])
    assert (run.state, run.verdict, run.read) == (RunState.FINISHED, Verdict.VALID, 2)
    assert db.session.scalar(select(func.count()).select_from(Offer)) == 2
    forget_uploads()
    assert kept() == 0
    assert "Uploaded" in agent.get(f"/runs/{run.id}").text


def test_a_large_file_is_kept_in_pieces_of_a_mebibyte(
    app: Flask, agent: FlaskClient, source: Source
) -> None:
    content = FEED.replace(b"<kyero>", b"<!--" + b"x" * 3_000_000 + b"--><kyero>")
    assert sent(agent, source, content).status_code == 303
    sizes = db.session.scalars(
        select(func.octet_length(UploadChunk.content)).order_by(UploadChunk.number)
    ).all()
    assert sizes[:-1] == [1024**2] * (len(sizes) - 1)
    assert sum(sizes) == len(content)
    assert run_here(the_run().id, app.config["OFFERDOCK"]).read == 2


def test_what_is_no_feed_fails_with_its_name(
    app: Flask, agent: FlaskClient, source: Source
) -> None:
    sent(agent, source, b"%PDF-1.7 brochure", "brochure.pdf")
    run = run_here(the_run().id, app.config["OFFERDOCK"])
    assert (run.state, run.error_place) == (RunState.FAILED, "brochure.pdf")


@pytest.mark.parametrize("too_many_bytes", [1, 3_000_000])
def test_a_file_above_the_limit_is_refused_with_the_limit(
    app: Flask,
    agent: FlaskClient,
    source: Source,
    monkeypatch: pytest.MonkeyPatch,
    too_many_bytes: int,
) -> None:
    limit = 3 * 1024**2
    changed = replace(app.config["OFFERDOCK"], max_upload_bytes=limit)
    monkeypatch.setitem(app.config, "OFFERDOCK", changed)
    answer = sent(agent, source, b"x" * (limit + 64 * 1024 + too_many_bytes))
    assert answer.status_code == 413
    assert "up to 3 MB" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Run)) == 0
    assert sent(agent, source, FEED + b" " * (limit - len(FEED))).status_code == 303


def test_nobody_else_may_send_a_large_body(client: FlaskClient, source: Source) -> None:
    large = b"x" * 3_000_000
    answer = sent(client, source, large)
    assert answer.status_code in (302, 303, 413)
    log_in(client, make_user("eva@faro.example", "Eva Faro", agency=make_agency("Faro Estates")))
    assert sent(client, source, FEED).status_code == 404
    assert kept() == 0


def test_without_a_file_nothing_starts(agent: FlaskClient, source: Source) -> None:
    answer = agent.post(f"/sources/{source.id}/upload", data={})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_a_source_that_is_being_read_takes_no_file(agent: FlaskClient, source: Source) -> None:
    assert sent(agent, source, FEED).status_code == 303
    answer = sent(agent, source, FEED)
    assert answer.location == f"/runs/{the_run().id}"
    assert kept() == 1


def test_the_name_of_a_file_leads_nowhere(agent: FlaskClient, source: Source) -> None:
    sent(agent, source, FEED, "../../etc/passwd")
    name = the_run().file_path
    assert name is not None and re.fullmatch(r"[\w.-]+", name)
