"""A source with a webhook for benchmarks, and the records that its vendor sends."""

from dataclasses import dataclass
from typing import Any

from bench.world import World
from webapp.extensions import db
from webapp.models import Role, Source
from webapp.offers.mapping_document import MappingDocument
from webapp.services.accounts import add_user
from webapp.services.mappings import add_version
from webapp.services.webhook_secrets import add_secret
from webapp.services.webhooks import open_webhook
from webapp.webhooks import WebhookSettings

KEY = "bench-key"
MAPPING = MappingDocument.model_validate(
    {
        "format": 1,
        "name": "bench_webhook",
        "reading": {"container": "json"},
        "id": ["id"],
        "fields": {
            "type": {"constant": "villa"},
            "location.city": {"path": "town"},
            "bedrooms": {"path": "beds"},
        },
        "texts": [{"fields": {"lang": {"constant": "en"}, "description": {"path": "text"}}}],
        "deals": [
            {
                "fields": {
                    "deal": {"constant": "sale"},
                    "amount": {"path": "price"},
                    "currency": {"constant": "EUR"},
                }
            }
        ],
    }
)


@dataclass(frozen=True)
class BenchDoor:
    source: int
    public_id: str


def make_door(world: World, name: str, **settings: Any) -> BenchDoor:
    """Signed by an API key in a header, so that wrk can send to it."""
    id = world.source(name, f"{world.vendor}/kyero/quiet.xml?offers=1")
    with world.app.test_request_context():
        source = db.session.get_one(Source, id)
        user = add_user(f"{name.lower()}@offerdock.example", name, Role.ADMIN, None)
        add_version(source, MAPPING, user)
        chosen = {"scheme": "api-key", "rate_per_minute": 600_000} | settings
        settled = WebhookSettings.model_validate(chosen)
        webhook = open_webhook(source, settled, user)
        add_secret(webhook, user, typed=KEY)
        db.session.commit()
        return BenchDoor(id, webhook.public_id)
