"""A source with a webhook, and settings that a test may change."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jobs.deliveries.cutters import cutter_of
from jobs.mappings import compiled_mapping, mapping_document
from tests import factories
from tests.deliveries import make_webhook
from tests.integration.deliveries.receipt_server import ReceiptServer, running_receipt_server
from tests.people import make_agency
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Webhook


@pytest.fixture(autouse=True)
def database(session: scoped_session[Session]) -> scoped_session[Session]:
    """Ids begin anew: what the worker remembers of mappings is of another test."""
    compiled_mapping.cache_clear()
    mapping_document.cache_clear()
    cutter_of.cache_clear()
    return session


@pytest.fixture
def configure(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Changes settings for one test: configure(lease_seconds=1)."""

    def change(**settings: Any) -> Config:
        changed = replace(app.config["OFFERDOCK"], **settings)
        monkeypatch.setitem(app.config, "OFFERDOCK", changed)
        return changed

    return change


@pytest.fixture
def webhook() -> Webhook:
    source = factories.make_source(make_agency("Costa Serena Homes"), "Lirio CRM")
    made = make_webhook(source)
    db.session.commit()
    return made


@pytest.fixture
def receipts() -> Iterator[ReceiptServer]:
    with running_receipt_server() as server:
        yield server
