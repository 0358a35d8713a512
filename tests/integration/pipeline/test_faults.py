"""What is kept for admins of an unexpected exception: one row a kind, counted, without secrets."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sentry_sdk
from flask import Flask
from kyero_by_hand import FeedFile, records
from pipeline_steps import jobs_of, make_source, run_to_end, start, work_offers
from refusals import database_refusing, spoil_record
from sentry_ingest import running_ingest

from jobs import fault_rows, faults, tasks
from tests.people import make_admin
from tests.people import log_in as log_in_as
from webapp import observability
from webapp.config import REPOSITORY, Config
from webapp.extensions import db
from webapp.models import Fault, Mapping, Source
from webapp.services.credentials import (
    CredentialKind,
    SourceCredentials,
    encrypted_credentials,
)

HIDDEN = "48151623"


@pytest.fixture(autouse=True)
def nothing_met(session: object) -> None:
    fault_rows._met.clear()
    faults._recent.clear()


@pytest.fixture
def event_ids(config: Config) -> Iterator[list[str]]:
    """Of what Sentry gets while the test goes on, filled at its `sentry_sdk.flush`."""
    with running_ingest() as ingest:
        observability.start(replace(config, sentry_dsn=ingest.dsn))
        yield [] if ingest.events is None else _Ids(ingest.events)
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)


def faults_kept() -> list[Fault]:
    db.session.rollback()
    return list(db.session.query(Fault).order_by(Fault.id))


def crash(source: int, file: FeedFile, count: int, **changes: str) -> int:
    """A run whose records can't be unpacked when their turn comes."""
    run_id = start(source, file.write(records(count, **changes)))
    tasks.import_run(run_id)
    for job in jobs_of(run_id):
        spoil_record(job.id)
    work_offers()
    return run_id
