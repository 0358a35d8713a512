"""What comes to a webhook, checked in the order of its cost: which webhook, method, size, type, who
sent it, how often. The door and its trial (`validate`) begin alike."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
from flask import Request, abort
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from webapp.hooks import answers
from webapp.hooks.database import row_of
from webapp.hooks.limits import count_delivery
from webapp.hooks.verification import RefusalCause, SignedRequest, refusal_of
from webapp.models import utc_now
from webapp.services.webhook_secrets import Secret, secrets_in
from webapp.webhooks import WebhookSettings

# What a body may be; without a type it is looked at.
READABLE = frozenset(
    {
        "",
        "application/json",
        "application/jsonl",
        "application/ndjson",
        "application/x-ndjson",
        "application/xml",
        "text/xml",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/octet-stream",
    }
)
READABLE_ENDS = ("+json", "+xml")
# A stranger's key is tried against it, so that a webhook that isn't there takes the same time.
NOBODYS_SECRETS = ("whsec_bm9ib2R5IGtub3dzIHRoaXMgb25lLCBub3QgZXZlbiB1cw==",)

_FIND = """
    SELECT webhook.source_id, source.agency_id, source.status, webhook.settings::text AS settings,
        webhook.secrets, webhook.closed_until
    FROM webhooks AS webhook JOIN sources AS source ON source.id = webhook.source_id
    WHERE webhook.public_id = %(public_id)s
"""


@dataclass(frozen=True, slots=True)
class Door:
    """A webhook as a request finds it."""

    source_id: int
    agency_id: int
    status: str
    settings: WebhookSettings
    secrets: list[str]
    """Those in force."""
    is_closed: bool
    """To what isn't signed rightly (jobs/deliveries/door_health.py)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    door: Door | None
    """None: there is no such webhook; everything else goes on as if there were."""
    request: Request
    address: str
    arrived_at: datetime
    body: bytes = b""
    cause: RefusalCause | None = None
    retry_after: int = 0

    @property
    def settings(self) -> WebhookSettings:
        return self.door.settings if self.door else _NOBODYS_SETTINGS


_NOBODYS_SETTINGS = WebhookSettings()


def arrival(public_id: str, request: Request) -> Arrival:
    """With its cause where it has to be refused; nothing is stored here."""
    now = utc_now()
    door = _door(public_id, now)
    settings = door.settings if door else _NOBODYS_SETTINGS
    come = Arrival(door, request, request.remote_addr or "", now)
    if request.method != "POST":
        return _refused(come, RefusalCause.WRONG_METHOD)
    body = _body(request, settings.max_bytes)
    if body is None:
        return _refused(come, RefusalCause.TOO_LARGE)
    come = Arrival(door, request, come.address, now, body)
    if not _is_readable(request.mimetype):
        return _refused(come, RefusalCause.WRONG_TYPE)
    signed = SignedRequest(
        {name.lower(): value for name, value in request.headers.items()},
        request.args,
        body,
        come.address,
    )
    secrets = door.secrets if door else NOBODYS_SECRETS
    cause = refusal_of(signed, settings, secrets, int(now.timestamp()))
    if door is None or cause is not None:
        return _refused(come, cause or RefusalCause.WRONG_SIGNATURE)
    if wait := count_delivery(door.source_id, settings.rate_per_minute, now):
        return _refused(come, RefusalCause.RATE_LIMITED, wait)
    return come


def _body(request: Request, most: int) -> bytes | None:
    """None when it is larger. One byte more is read than it may have: of a body without a length
    Werkzeug gives as much as it may and says nothing of the rest."""
    request.max_content_length = most + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
    except (ClientDisconnected, ParseException):
        # Nothing whole came, so there is nothing to keep.
        abort(answers.broken())
    # gunicorn lets a body end early when its sender hangs up.
    if len(body) < min(request.content_length or 0, most + 1):
        abort(answers.broken())
    return body if len(body) <= most else None


def _door(public_id: str, now: datetime) -> Door | None:
    if "\0" in public_id:
        return None
    row = row_of(_FIND, public_id=public_id)
    if row is None:
        return None
    is_closed = row.closed_until is not None and row.closed_until > now
    secrets = [one.value for one in _secrets(row.secrets) if one.is_live(now)]
    settings = _settings(row.settings)
    return Door(row.source_id, row.agency_id, row.status, settings, secrets, is_closed)


@lru_cache(maxsize=1024)
def _settings(document: str) -> WebhookSettings:
    return WebhookSettings.model_validate(orjson.loads(document))


@lru_cache(maxsize=1024)
def _secrets(encrypted: str | None) -> tuple[Secret, ...]:
    return secrets_in(encrypted)


def _is_readable(mimetype: str) -> bool:
    return mimetype in READABLE or mimetype.endswith(READABLE_ENDS)


def _refused(come: Arrival, cause: RefusalCause, retry_after: int = 0) -> Arrival:
    return Arrival(
        come.door, come.request, come.address, come.arrived_at, come.body, cause, retry_after
    )
