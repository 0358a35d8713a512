"""Tells a vendor who asked for it what became of a finished delivery, record by record; tried again
over three days, as Standard Webhooks advises its senders."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import requests
from flask import current_app
from sqlalchemy import text
from urllib3.exceptions import HTTPError

from jobs.deliveries.receipt_content import receipt_content
from jobs.errors import PipelineError
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import failure_of_exception
from webapp import queues
from webapp.config import Config
from webapp.extensions import db
from webapp.masking import masked_url
from webapp.models import Webhook
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.receipts import receipt_key_of, ring_for_receipts
from webapp.services.webhook_settings import whole_settings
from webapp.standard_webhooks import signed_headers

log = logging.getLogger(__name__)

# One job's share: the others of the source have their turn with the next.
MOST_AT_ONCE = 50
# A vendor's slow server must not hold up what else the default role does.
SECONDS_AT_MOST = 20.0
SECONDS_EACH = 10.0
LEASE_SECONDS = 60
# Seconds before each further try (Standard Webhooks, "Deliverability and reliability").
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
GONE = 410
TOO_MANY = (429, 503)
LONGEST_RETRY_AFTER = 86_400

_CLAIM = text("""
    UPDATE receipts SET state = 'sending', attempt = attempt + 1, fence = fence + 1,
        lease_until = now() + make_interval(secs => :lease)
    WHERE delivery_id = (
        SELECT receipt.delivery_id FROM receipts AS receipt
        JOIN deliveries AS delivery ON delivery.id = receipt.delivery_id
        WHERE delivery.source_id = :source_id AND (
            (receipt.state = 'due' AND receipt.due_at <= now())
            OR (receipt.state = 'sending' AND receipt.lease_until < now())
        )
        ORDER BY receipt.due_at LIMIT 1 FOR UPDATE OF receipt SKIP LOCKED
    )
    RETURNING delivery_id, edition, attempt, fence
""")

_END = text("""
    UPDATE receipts SET state = :state, http_status = :status, error = :error, lease_until = NULL,
        sent_at = CASE WHEN :state = 'sent' THEN now() END,
        due_at = CASE WHEN :state = 'due' THEN now() + make_interval(secs => :pause) END
    WHERE delivery_id = :id AND fence = :fence AND edition = :edition AND state = 'sending'
""")


@dataclass(frozen=True, slots=True)
class ClaimedReceipt:
    delivery_id: int
    edition: int
    attempt: int
    fence: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Of the vendor's server; without a status nobody answered, and `error` says why."""

    status: int | None
    error: str = ""
    retry_after: int = 0

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_receipts(source_id: int) -> None:
    """Send what is due to the source's vendor, until one isn't taken. Commits; safe to run twice:
    a receipt that is sent again has the same id."""
    webhook = db.session.get(Webhook, source_id)
    if webhook is None:
        return
    address, key = _address_of(webhook), receipt_key_of(webhook)
    db.session.commit()
    config: Config = current_app.config["OFFERDOCK"]
    began = time.monotonic()
    with GuardedSession(config.allowed_private_hosts) as session:
        for _ in range(MOST_AT_ONCE):
            if time.monotonic() - began > SECONDS_AT_MOST or (receipt := _claim(source_id)) is None:
                return
            if not address or key is None:
                _end(receipt, Answer(None, "The webhook has no address or no secret for receipts."))
                continue
            answer = _send(session, address, key, receipt)
            _end(receipt, answer)
            if not answer.is_good:
                return


def ring_for_due_receipts() -> None:
    """Those whose time has come, and those whose worker died. Commits."""
    sources: Sequence[int] = db.session.scalars(
        text("""
            SELECT DISTINCT delivery.source_id FROM receipts AS receipt
            JOIN deliveries AS delivery ON delivery.id = receipt.delivery_id
            WHERE (receipt.state = 'due' AND receipt.due_at <= now())
                OR (receipt.state = 'sending' AND receipt.lease_until < now())
        """)
    ).all()
    for source_id in sources:
        if not queues.is_waiting(queues.DEFAULT, f"receipts-{source_id}"):
            ring_for_receipts(source_id)
    db.session.commit()


def receipt_pause(attempt: int, retry_after: int = 0) -> float | None:
    """Seconds before the next try after failed attempt number `attempt` (from 1); None: give up.
    A fifth more or less at random, so that what failed together doesn't return together."""
    if attempt > len(PAUSES):
        return None
    return max(
        PAUSES[attempt - 1] * random.uniform(0.8, 1.2), min(retry_after, LONGEST_RETRY_AFTER)
    )


def _address_of(webhook: Webhook) -> str:
    """Empty when there is none, or none that is known whole."""
    try:
        return whole_settings(webhook).receipt_url
    except CredentialsUnreadable:
        return ""


def _claim(source_id: int) -> ClaimedReceipt | None:
    row = db.session.execute(_CLAIM, {"source_id": source_id, "lease": LEASE_SECONDS}).one_or_none()
    db.session.commit()
    return None if row is None else ClaimedReceipt(*row)


def _send(session: GuardedSession, url: str, key: bytes, receipt: ClaimedReceipt) -> Answer:
    body = orjson.dumps(receipt_content(receipt.delivery_id))
    db.session.commit()
    # The same for every attempt, so that the vendor can tell a repeated receipt.
    message_id = f"receipt_{receipt.delivery_id}_{receipt.edition}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Offerdock/1.0 (webhook receipts)",
        **signed_headers(key, message_id, int(time.time()), body),
    }
    place = masked_url(url)
    try:
        with (
            Deadline(session.connections, SECONDS_EACH),
            session.post(
                url,
                data=body,
                headers=headers,
                allow_redirects=False,
                stream=True,
                timeout=SECONDS_EACH,
            ) as response,
        ):
            # What the answer says beyond its status is of no use to us, and is not read.
            return Answer(
                response.status_code,
                "" if response.ok else f"{place} answered {response.status_code}.",
                _retry_after(response),
            )
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        failure: PipelineError = failure_of_exception(error, place)
        return Answer(None, failure.message)


def _retry_after(response: requests.Response) -> int:
    told = response.headers.get("Retry-After", "")
    return int(told) if response.status_code in TOO_MANY and told.isdecimal() else 0


def _end(receipt: ClaimedReceipt, answer: Answer) -> None:
    pause = receipt_pause(receipt.attempt, answer.retry_after)
    state = "due"
    if answer.is_good:
        state = "sent"
    elif answer.status == GONE or pause is None:
        state = "failed"
        log.info("The receipt of delivery %d is given up: %s", receipt.delivery_id, answer.error)
    db.session.execute(
        _END,
        {
            "state": state,
            "status": answer.status,
            "error": answer.error,
            "pause": pause or 0,
            "id": receipt.delivery_id,
            "fence": receipt.fence,
            "edition": receipt.edition,
        },
    )
    db.session.commit()
