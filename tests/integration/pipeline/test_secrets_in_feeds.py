"""Passwords that a vendor puts into a feed never reach the table of records."""

import orjson
import zstandard
from kyero_by_hand import FeedFile, record
from pipeline_steps import jobs_of, make_source, run_to_end, sql

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
