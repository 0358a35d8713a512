"""A webhook of an active source, and what a vendor does to send to it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests import factories
from tests.deliveries import make_webhook
from tests.people import make_agency, make_user
from webapp.extensions import db
from webapp.models import Webhook
from webapp.services.webhook_secrets import add_secret

SECRET = "k-lirio-1"
Send = Callable[..., TestResponse]


@pytest.fixture
def webhook(session: scoped_session[Session]) -> Webhook:
    source = factories.make_source(make_agency("Costa Serena Homes"), "Lirio CRM")
    made = make_webhook(source)
    una = make_user("una@l.example", "Una Prado", agency=source.agency)
    add_secret(made, una, typed=SECRET)
    db.session.commit()
    return made


@pytest.fixture
def send(client: FlaskClient, webhook: Webhook) -> Send:
    """send(body, id="m1") posts as the vendor does, with the right key."""
    address = f"/hooks/{webhook.public_id}"

    def sent(body: bytes = b'{"id": "A1"}', **changes: object) -> TestResponse:
        headers = {"X-Api-Key": SECRET, "Content-Type": "application/json"}
        headers |= changes.pop("headers", {})  # type: ignore[arg-type]
        given = {name: value for name, value in headers.items() if value is not None}
        return client.open(
            changes.pop("path", address), method=str(changes.pop("method", "POST")),
            data=body, headers=given, **changes,
        )  # fmt: skip

    return sent
