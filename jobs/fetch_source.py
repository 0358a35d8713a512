"""What a run reads: the file it was given, or whatever its source's address leads to."""

from pathlib import Path

from jobs.claims import ClaimedRun
from jobs.errors import PermanentError
from jobs.fetch.http import fetch_http
from jobs.fetch.local_file import fetch_local_file
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, Progress, Wanted
from jobs.mappings import mapping_document
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable, credentials_of


def fetch_source(
    run: ClaimedRun, source: Source, spool: Path, config: Config, on_progress: Progress
) -> Fetched:
    """Holds no transaction while it fetches.

    :raise PipelineError: nothing usable arrived
    """
    reading = mapping_document(run.mapping_id).reading
    if run.file_path is not None:
        path = Path(run.file_path)
        return fetch_local_file(path, spool, config.max_feed_bytes, member=reading.member)
    known = KnownVersion()
    if source.read_mapping_id == source.mapping_id and not run.read:
        known = KnownVersion(source.etag, source.last_modified, source.content_sha256)
    wanted = Wanted(
        source.location,
        credentials=_credentials(source),
        member=reading.member,
        record_paths=reading.record_paths,
        known=known,
        limits=FetchLimits(max_bytes=config.max_feed_bytes, total_seconds=config.fetch_seconds),
        allowed_hosts=config.allowed_private_hosts,
    )
    db.session.commit()
    return fetch_http(wanted, spool, on_progress)


def _credentials(source: Source) -> Credentials | None:
    try:
        stored = credentials_of(source)
    except CredentialsUnreadable as error:
        raise PermanentError(
            "credentials_unreadable",
            "The user name and password of this source can't be read any more.",
            "Type them again on the source's page: the server's encryption key has changed.",
        ) from error
    return Credentials(stored.kind.value, stored.name, stored.secret) if stored else None
