"""Passwords that a vendor puts into a feed reach no table and no log."""

import logging

import orjson
import pytest
import zstandard
from kyero_by_hand import FeedFile, feed, record
from pipeline_steps import jobs_of, make_source, next_mapping, run_to_end, sql
from trial_steps import examples_of, tried

from webapp.extensions import db
from webapp.queries.offer import raw_record

LOGIN = "<upload username='harbour' password='hush'/><api_key>hush</api_key>"


def test_a_record_is_stored_without_its_secrets(file: FeedFile) -> None:
    run = run_to_end(make_source(), file.write([record("H1", more=LOGIN)]))
    [(job_id, payload)] = sql("SELECT id, payload FROM offer_records")
    stored = zstandard.decompress(payload)
    assert b"hush" not in stored and b"harbour" not in stored
    assert orjson.loads(stored)["upload"] == {"@username": "***", "@password": "***"}
    assert job_id == jobs_of(run.id)[0].id
    shown = raw_record(job_id)
    assert shown is not None and "Altea" in shown.text


def test_a_secret_of_the_header_reaches_nothing_under_any_name(
    file: FeedFile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    source = make_source()
    sql(
        "UPDATE mappings SET document = document || CAST(:parts AS jsonb) WHERE source_id = :id",
        parts=orjson.dumps(
            {
                "header": {
                    "#sender": "kyero.password",
                    "#login": 'kyero."@username"',
                    "#version": "@feed",
                },
                "semantics_at": {"path": "kyero.password", "snapshot": ["full"], "delta": ["part"]},
            }
        ).decode(),
        id=source,
    )
    next_mapping(source, **{"extra.sender": {"path": "#sender"}})
    body = feed([record("H1")]).replace(
        "<kyero>", "<kyero username='tidewater' password='hush-hush'><password>hush-hush</password>"
    )
    body = body.replace("<root>", "<root feed='3' password='hush-hush'>")
    run = run_to_end(source, file.write_text(body))
    assert run.read == 1
    [(_, payload)] = sql("SELECT id, payload FROM offer_records")
    stored = orjson.loads(zstandard.decompress(payload))
    assert (stored["#sender"], stored["#login"], stored["#version"]) == ("***", "***", "3")
    told = [zstandard.decompress(payload).decode(), caplog.text]
    for table in db.metadata.tables:
        if table != "offer_records":
            told += [row for (row,) in sql(f'SELECT CAST(t AS text) FROM "{table}" AS t')]
    assert not [said for said in told if "hush-hush" in said or "tidewater" in said]


def test_a_dry_run_shows_no_secret_that_its_run_would_hide(file: FeedFile) -> None:
    source = make_source()
    next_mapping(source, type={"path": "api_key"})
    [example] = examples_of(tried(source, file.write([record("H1", more=LOGIN)])))["created"]
    [(shown,)] = sql("SELECT CAST(trials AS text) FROM trials")
    assert "hush" not in shown
    run_to_end(source, file.path)
    assert "problems" not in example
    assert sql("SELECT code, raw FROM problems") == []
