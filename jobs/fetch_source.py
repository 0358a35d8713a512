"""What a run reads: the file it was given, or whatever its source's address leads to."""

from pathlib import Path

from sqlalchemy import text

from jobs.claims import ClaimedRun, update_run
from jobs.errors import PermanentError
from jobs.fetch.local_file import fetch_local_file
from jobs.fetch.request import Credentials, Fetched, FetchLimits, KnownVersion, Progress, Wanted
from jobs.fetch.transports import fetch
from jobs.fetch.upload import fetch_upload
from jobs.mappings import mapping_document
from jobs.semantics import may_be_delta
from webapp.config import Config
from webapp.extensions import db
from webapp.fetching import Fetching
from webapp.models import Source
from webapp.services.credentials import CredentialsUnreadable, credentials_of
from webapp.services.locations import location_of


def fetch_source(
    run: ClaimedRun, source: Source, spool: Path, config: Config, on_progress: Progress
) -> Fetched:
    """Holds no transaction while it fetches.

    :raise PipelineError: nothing usable arrived
    """
    document = mapping_document(run.mapping_id)
    reading = document.reading
    limits = FetchLimits(max_bytes=config.max_feed_bytes, total_seconds=config.fetch_seconds)
    if run.file_path is not None:
        if run.upload_id is not None:
            return fetch_upload(run.upload_id, run.file_path, spool, limits, reading.member)
        path = Path(run.file_path)
        return fetch_local_file(path, spool, config.max_feed_bytes, member=reading.member)
    location, credentials = _secrets(source)
    fetching = Fetching.model_validate(source.fetching)
    known = KnownVersion()
    if source.read_mapping_id == source.mapping_id and not run.read:
        known = KnownVersion(source.etag, source.last_modified, source.content_sha256)
    wanted = Wanted(
        location,
        credentials=credentials,
        fetching=fetching,
        in_order=fetching.pick == "all" and may_be_delta(document),
        member=reading.member,
        record_paths=reading.record_paths,
        known=known,
        limits=limits,
        allowed_hosts=config.allowed_private_hosts,
    )
    db.session.commit()
    try:
        fetched = fetch(wanted, spool, on_progress)
    except PermanentError as error:
        _note_refusal(run, error)
        raise
    _note(run, fetched)
    return fetched


def _note(run: ClaimedRun, fetched: Fetched) -> None:
    """What the next fetch has to know, unless the address was changed meanwhile; the mark counts
    once the run has ended well."""
    update_run(
        run,
        "file_mark = :mark, files_left = :left",
        mark=fetched.file_mark,
        left=fetched.files_left,
    )
    if fetched.host_key is not None:
        # A key that is known stays; what was offered instead of it meanwhile is forgotten.
        db.session.execute(
            text("""
                UPDATE sources SET fetching = (fetching - 'offered_key') || jsonb_build_object(
                    'host_key', coalesce(fetching->>'host_key', CAST(:key AS text)))
                FROM runs
                WHERE sources.id = :id AND (
                    fetching->>'host_key' IS NULL OR fetching->>'offered_key' IS NOT NULL)
                    AND runs.id = :run_id AND runs.started_at >= sources.located_at
            """),
            {"id": run.source_id, "run_id": run.id, "key": fetched.host_key},
        )
    db.session.commit()


def _note_refusal(run: ClaimedRun, error: PermanentError) -> None:
    """What a person may decide about: a file that can't be read, a server's new key."""
    if error.file_mark is not None:
        update_run(run, "file_mark = :mark", mark=error.file_mark)
    if error.offered_key is not None:
        db.session.execute(
            text("""
                UPDATE sources SET fetching =
                    fetching || jsonb_build_object('offered_key', CAST(:key AS text))
                FROM runs
                WHERE sources.id = :id
                    AND runs.id = :run_id AND runs.started_at >= sources.located_at
            """),
            {"id": run.source_id, "run_id": run.id, "key": error.offered_key},
        )
    db.session.commit()


def _secrets(source: Source) -> tuple[str, Credentials | None]:
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
