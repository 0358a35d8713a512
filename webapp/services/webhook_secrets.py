"""The secrets that a webhook's requests are signed with, encrypted at rest and shown once: at most
two of them are good at a time, so that a vendor can change over without a gap."""

import secrets as randomness
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from cryptography.fernet import InvalidToken

from webapp.extensions import db
from webapp.models import User, Webhook, utc_now
from webapp.services.audit import note
from webapp.services.encryption import fernet
from webapp.standard_webhooks import SECRET_BYTES, new_secret
from webapp.webhooks import Scheme

MOST_ALIVE = 2
LONGEST = 500


class TooManySecrets(Exception):
    """Two are good already: one of them has to end before there is another."""


@dataclass(frozen=True, slots=True)
class Secret:
    """`created_at` tells it from the others; without `valid_until` it stays good."""

    value: str
    created_at: datetime
    valid_until: datetime | None = None

    def __repr__(self) -> str:
        return f"Secret(…, {self.created_at}, {self.valid_until})"

    def is_live(self, now: datetime) -> bool:
        return self.valid_until is None or now < self.valid_until


def secrets_in(encrypted: str | None) -> tuple[Secret, ...]:
    """Newest first; none where nobody can read them any more, so that nothing is let in."""
    if encrypted is None:
        return ()
    try:
        stored = orjson.loads(fernet().decrypt(encrypted.encode()))
    except InvalidToken:
        return ()
    return tuple(
        Secret(one["secret"], _moment(one["created_at"]), _moment_or_none(one["valid_until"]))
        for one in stored
    )


def live_secrets(webhook: Webhook, now: datetime) -> tuple[str, ...]:
    return tuple(one.value for one in secrets_in(webhook.secrets) if one.is_live(now))


def add_secret(
    webhook: Webhook, user: User, *, others_until: datetime | None = None, typed: str = ""
) -> str:
    """Good at once; what was good before ends at `others_until`, or now. The answer is shown to
    the person, this once. Flushes.

    :raise TooManySecrets: two are good already
    """
    _lock(webhook)
    now = utc_now()
    alive = [one for one in secrets_in(webhook.secrets) if one.is_live(now)]
    ends_later = others_until is not None and others_until > now
    if ends_later and len(alive) >= MOST_ALIVE:
        raise TooManySecrets
    value = typed or generated_secret(webhook.settings.get("scheme", "standard-webhooks"))
    kept = [_ending(one, others_until) for one in alive] if ends_later else []
    _store(webhook, [Secret(value, now), *kept])
    note("webhook_secret_added", webhook.source, user, others_until=_written(others_until))
    return value


def end_secret(webhook: Webhook, created_at: datetime, user: User) -> bool:
    """At once. False when there is no such secret (any more). Flushes."""
    _lock(webhook)
    secrets = secrets_in(webhook.secrets)
    left = [one for one in secrets if one.created_at != created_at]
    if len(left) == len(secrets):
        return False
    _store(webhook, left)
    note("webhook_secret_ended", webhook.source, user)
    return True


def generated_secret(scheme: Scheme) -> str:
    if scheme == "standard-webhooks":
        return new_secret()
    return randomness.token_urlsafe(SECRET_BYTES)


def _lock(webhook: Webhook) -> None:
    """Two people who change secrets at once see each other's."""
    db.session.flush()
    db.session.refresh(webhook, with_for_update=True)


def _ending(secret: Secret, until: datetime | None) -> Secret:
    """Not later than it would end anyway."""
    ends = [moment for moment in (secret.valid_until, until) if moment is not None]
    return Secret(secret.value, secret.created_at, min(ends) if ends else None)


def _store(webhook: Webhook, secrets: Sequence[Secret]) -> None:
    content = [
        {
            "secret": one.value,
            "created_at": one.created_at.isoformat(),
            "valid_until": _written(one.valid_until),
        }
        for one in secrets
    ]
    webhook.secrets = fernet().encrypt(orjson.dumps(content)).decode() if content else None
    db.session.flush()


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _moment_or_none(written: str | None) -> datetime | None:
    return _moment(written) if written is not None else None
