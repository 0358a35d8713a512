"""A mail server, a chat of the agency's own, and a source that people want to hear about."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from jobs.mappings import compiled_mapping, mapping_document
from tests import factories
from tests.integration.deliveries.receipt_server import ReceiptServer, running_receipt_server
from tests.integration.notify.mail_server import MailServer, running_mail_server
from tests.people import make_agency
from webapp.channel_addresses import checked_address
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Agency, NotificationChannel, Source
from webapp.services.notifications import add_channel


@pytest.fixture(autouse=True)
def database(session: scoped_session[Session]) -> scoped_session[Session]:
    compiled_mapping.cache_clear()
    mapping_document.cache_clear()
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
def mail(configure: Any) -> Iterator[MailServer]:
    with running_mail_server() as server:
        configure(mail_url=server.url)
        yield server


@pytest.fixture
def endpoint() -> Iterator[ReceiptServer]:
    with running_receipt_server() as server:
        server.status = 200
        yield server


@pytest.fixture
def agency(database: scoped_session[Session]) -> Agency:
    return make_agency("Costa Serena Homes")


@pytest.fixture
def source(agency: Agency) -> Source:
    source = factories.make_source(agency, "Lirio CRM")
    db.session.commit()
    return source


@pytest.fixture
def mailbox(agency: Agency, mail: MailServer) -> NotificationChannel:
    channel = add_channel(agency, "Office", checked_address("office@serena.example"))
    db.session.commit()
    return channel
