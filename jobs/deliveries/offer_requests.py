"""Asking a vendor's server for one offer, or for the list of those that changed: on the way of
feeds, with the source's own access, to public addresses only."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from jobs.errors import PermanentError
from jobs.fetch.access import split_off_userinfo
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import failure_of_status
from jobs.fetch.http_get import Way, get, opened, spool_answer
from jobs.fetch.request import Credentials, FetchLimits, KnownVersion
from jobs.fetch_source import secrets_of
from webapp.addresses import same_server
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable
from webapp.services.webhook_settings import whole_settings
from webapp.services.webhooks import webhook_of
from webapp.webhooks import MOST_BYTES, WebhookSettings

GONE = (404, 410)
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0


class Answer(NamedTuple):
    body: bytes
    content_type: str
    place: str
    asked_at: int
    """Microseconds since 1970: what is told is as old as the question."""


@dataclass(frozen=True, slots=True)
class OfferRequests:
    settings: WebhookSettings
    """With whole addresses."""
    way: Way
    folder: Path
    location: str
    credentials: Credentials | None

    def offer(self, id: str) -> Answer | None:
        """None: the vendor has no such offer (any more).

        :raise PipelineError:
        """
        if id in (".", ".."):
            # They would lead to another address.
            return None
        if "{id}" in urlsplit(self.settings.detail_url).netloc:
            # Who names an offer would name the server too that gets the source's access.
            raise PermanentError(
                "bad_url",
                "In the address of one offer, the id stands in the name of the server.",
                "Type an address with {id} behind the name of the server.",
            )
        url = self.settings.detail_url.replace("{id}", quote(id, safe=""))
        return self._answer(url, may_be_gone=True)

    def list(self) -> Answer:
        """:raise PipelineError:"""
        answer = self._answer(self.settings.list_url, may_be_gone=False)
        assert answer is not None
        return answer

    def _answer(self, url: str, *, may_be_gone: bool) -> Answer | None:
        asked_at = time.time_ns() // 1000
        url, credentials = split_off_userinfo(url, self._credentials_for(url))
        answer = get(self.way, url, credentials, KnownVersion())
        with opened(self.way, answer) as response:
            if may_be_gone and response.status_code in GONE:
                return None
            if response.status_code != 200:
                raise failure_of_status(response.status_code, response.headers, answer.place)
            spool = self.folder / "answer"
            spool_answer(self.way, response, spool, answer.place)
            content_type = response.headers.get("Content-Type", "")
        return Answer(spool.read_bytes(), content_type, answer.place, asked_at)

    def _credentials_for(self, url: str) -> Credentials | None:
        """The source's, where they were given for that server: secrets go to no other."""
        if self.location and not same_server(self.location, url):
            return None
        if self.credentials is not None and self.credentials.kind == "key":
            return None
        return self.credentials


@contextmanager
def requests_of(source: Source, config: Config, seconds: float) -> Iterator[OfferRequests]:
    """Holds no transaction; after the seconds every connection is cut.

    :raise PermanentError: the source's access, or what is hidden in the addresses, can't be read
    """
    location, credentials = secrets_of(source)
    settings = _settings_for(source)
    db.session.commit()
    if location.startswith(("http://", "https://")):
        location, credentials = split_off_userinfo(location, credentials)
    limits = FetchLimits(
        max_bytes=MOST_BYTES,
        connect_seconds=CONNECT_SECONDS,
        read_seconds=READ_SECONDS,
        total_seconds=seconds,
    )
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=config.spool_dir, prefix="run-delivery-") as folder,
        GuardedSession(config.allowed_private_hosts) as session,
        Deadline(session.connections, seconds) as deadline,
    ):
        way = Way(session, limits, deadline, None)
        yield OfferRequests(settings, way, Path(folder), location, credentials)


def _settings_for(source: Source) -> WebhookSettings:
    webhook = webhook_of(source)
    if webhook is None:
        raise PermanentError(
            "no_webhook",
            "The webhook is closed, and with it the addresses of its offers are gone.",
            "Open one again, if offers are to be fetched.",
        )
    try:
        return whole_settings(webhook)
    except CredentialsUnreadable as error:
        raise PermanentError(
            "credentials_unreadable",
            "A secret in the addresses of the offers isn't known here, or can't be read any more.",
            "Type the whole addresses again in the settings of the webhook.",
        ) from error


def says_no_access(error: PermanentError) -> bool:
    """It would be the same for every other offer."""
    return error.code in (
        "unauthorised", "forbidden", "private_address", "bad_url", "bad_certificate",
        "bad_credentials", "credentials_unreadable",
    )  # fmt: skip
