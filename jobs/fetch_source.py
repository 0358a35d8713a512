"""What a source's address leads to, fetched for a run or for a trial."""

from pathlib import Path

from jobs.errors import PermanentError
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, Progress, Wanted
from jobs.fetch.transports import fetch
from jobs.semantics import may_be_delta
from webapp.config import Config
from webapp.extensions import db
from webapp.fetching import Fetching
from webapp.models import Source
from webapp.offers.mapping_document import MappingDocument
from webapp.services.credentials import CredentialsUnreadable, credentials_of
from webapp.services.locations import location_of

NOTHING_KNOWN = KnownVersion()


def fetch_source(
    source: Source,
    document: MappingDocument | None,
    spool: Path,
    config: Config,
    on_progress: Progress,
    *,
    known: KnownVersion = NOTHING_KNOWN,
) -> Fetched:
    """Writes nothing about the source, and holds no transaction while it fetches; `document` is
    None while nobody knows yet how the feed is to be read.

    :raise PipelineError: nothing usable arrived
    """
    location, credentials = secrets_of(source)
    fetching = Fetching.model_validate(source.fetching)
    reading = document.reading if document else None
    wanted = Wanted(
        location,
        credentials=credentials,
        fetching=fetching,
        in_order=fetching.pick == "all" and document is not None and may_be_delta(document),
        member=reading.member if reading else None,
        record_paths=reading.record_paths if reading else (),
        known=known,
        limits=fetch_limits(source, config),
        allowed_hosts=config.allowed_private_hosts,
    )
    db.session.commit()
    return fetch(wanted, spool, on_progress)


def fetch_limits(source: Source | None, config: Config) -> FetchLimits:
    """A source may have a smaller limit of its own."""
    own = source.max_bytes if source is not None and source.max_bytes else config.max_feed_bytes
    return FetchLimits(
        max_bytes=min(own, config.max_feed_bytes), total_seconds=config.fetch_seconds
    )


def secrets_of(source: Source) -> tuple[str, Credentials | None]:
    """Its whole address and its access.

    :raise PermanentError: they can't be decrypted
    """
    try:
        stored, location = credentials_of(source), location_of(source)
    except CredentialsUnreadable as error:
        raise PermanentError(
            "credentials_unreadable",
            "The user name and password of this source can't be read any more.",
            "Type them again on the source's page: the server's encryption key has changed.",
        ) from error
    if stored is None:
        return location, None
    return location, Credentials(stored.kind.value, stored.name, stored.secret, stored.passphrase)
