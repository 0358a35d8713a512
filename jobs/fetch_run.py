"""What a run reads: the file it was given, or whatever its source's address leads to; and what the
next run has to know of that."""

from pathlib import Path

from sqlalchemy import text

from jobs.claims import ClaimedRun, update_run
from jobs.errors import PermanentError
from jobs.fetch.local_file import fetch_local_file
from jobs.fetch.request import Fetched, KnownVersion, Progress
from jobs.fetch.upload import fetch_upload
from jobs.fetch_source import fetch_limits, fetch_source
from jobs.live_source import must_read_again
from jobs.mappings import mapping_document
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Source


def fetch_run(
    run: ClaimedRun, source: Source, spool: Path, config: Config, on_progress: Progress
) -> Fetched:
    """Holds no transaction while it fetches.

    :raise PipelineError: nothing usable arrived
    """
    document = mapping_document(run.mapping_id)
    limits = fetch_limits(source, config)
    if run.file_path is not None:
        member = document.reading.member
        if run.upload_id is not None:
            return fetch_upload(run.upload_id, run.file_path, spool, limits, member)
        return fetch_local_file(Path(run.file_path), spool, limits.max_bytes, member=member)
    known = KnownVersion()
    if source.read_mapping_id == source.mapping_id and not run.read and not must_read_again(source):
        known = KnownVersion(source.etag, source.last_modified, source.content_sha256)
    try:
        fetched = fetch_source(source, document, spool, config, on_progress, known=known)
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
