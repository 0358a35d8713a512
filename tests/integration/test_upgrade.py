"""A database with data goes through the migrations, down and up again, without losing any."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests import factories
from tests.deliveries import make_webhook
from tests.people import make_agency
from webapp.extensions import db
from webapp.models import Mapping, Run, Source, Trigger
from webapp.offers.mapping_document import MappingDocument
from webapp.services.locations import location_of
from webapp.services.runs import start_run
from webapp.services.webhook_settings import whole_settings

PLAIN = "https://www.example.com/feed.xml"
SECRET = "https://www.example.com/feed.xml?key=s3cr3t"
PATH = "/root/property"


@pytest.fixture
def at_first_revision(app: Flask) -> Iterator[None]:
    """Sources with a run of an upload, in the database as the first release made it."""
    with app.app_context():
        agency = make_agency("Costa Serena Homes")
        for location in (PLAIN, SECRET):
            source = factories.make_source(agency, name=location, location=location)
            start_run(source, trigger=Trigger.UPLOAD, file_path="feed.xml")
        db.session.commit()
        try:
            downgrade(revision="0001")
            yield
        finally:
            db.session.rollback()
            upgrade()


def test_sources_and_runs_of_the_first_release_are_there_after_an_upgrade(
    app: Flask, at_first_revision: None
) -> None:
    rows = db.session.execute(text("SELECT location, record_path FROM sources ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(PLAIN, PATH), (SECRET, PATH)]
    db.session.rollback()
    upgrade()
    sources = db.session.query(Source).order_by(Source.id).all()
    assert [source.location for source in sources] == [PLAIN, SECRET.replace("s3cr3t", "***")]
    assert [location_of(source) for source in sources] == [PLAIN, SECRET]
    for mapping in db.session.query(Mapping):
        reading = MappingDocument.model_validate(mapping.document).reading
        assert (reading.container, reading.record_paths) == ("xml", (PATH,))
    assert {(run.semantics, run.files_left) for run in db.session.query(Run)} == {("snapshot", 0)}


def test_secrets_in_addresses_of_webhooks_are_encrypted_and_come_back(app: Flask) -> None:
    whole = {
        "detail_url": "https://api.lirio.example/offers/{id}?api_key=s3cr3t",
        "list_url": "https://api.lirio.example/changed",
    }
    with app.app_context():
        source = factories.make_source(make_agency("Costa Serena Homes"))
        webhook = make_webhook(source, shape="ids", ids_at="ids", **whole)
        db.session.commit()
        assert "s3cr3t" not in str(webhook.settings)
        db.session.rollback()
        try:
            downgrade(revision="0012")
            before = db.session.scalar(text("SELECT settings FROM webhooks"))
            db.session.rollback()
            assert before is not None and {name: before[name] for name in whole} == whole
        finally:
            db.session.rollback()
            upgrade()
        db.session.expire_all()
        assert "s3cr3t" not in str(webhook.settings)
        kept = whole_settings(webhook)
        assert {name: getattr(kept, name) for name in whole} == whole


def test_the_migrations_make_the_very_tables_of_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, db.metadata) == []
