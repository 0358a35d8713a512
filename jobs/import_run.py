"""One reading of a source's feed: fetch ▸ read ▸ stage, with its timeline and its two kinds of end.
A remap takes the stored records instead (remap_run.py).

What stops the way (a server that is down) comes back by itself; what is wrong with the feed ends
the run with a sentence for people. Offers are never withdrawn here.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from flask import current_app
from structlog.contextvars import bind_contextvars

from jobs.claims import ClaimedRun, RunTakenOver, add_step, claim_run, update_run
from jobs.database_away import DATABASE_AWAY
from jobs.drift_check import Drifted, checked, other_kind, usual_presence
from jobs.errors import PermanentError, TransientError
from jobs.faults import report_fault
from jobs.fetch.request import Fetched, Progress, SpooledFile
from jobs.fetch_run import fetch_run
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import no_records
from jobs.formats.record import Record
from jobs.lease import run_kept_alive
from jobs.live_source import must_read_again, sequence_of_feed, version_of_records
from jobs.mappings import mapping_document
from jobs.read_files import read_files
from jobs.reading_ends import (
    MOST_ATTEMPTS,
    end_drifted,
    end_unchanged,
    end_with_error,
    hand_over,
    note_error,
    own_fault,
    try_again_or_fail,
    worker_died,
)
from jobs.remap_run import remap_run
from jobs.samples import sampling, store_sample
from jobs.semantics import semantics_of_all
from jobs.skipped_records import only_skipped, without_skipped
from jobs.stage import stage_records
from jobs.step_facts import fetch_facts, reading_facts
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Semantics, Source, Trigger, utc_now
from webapp.services.remaps import EVERYTHING

log = logging.getLogger(__name__)


def import_run(run_id: int) -> None:
    """Read the run's feed and stage its offer jobs. Commits; safe to run twice."""
    config: Config = current_app.config["OFFERDOCK"]
    run = claim_run(run_id, config.lease_seconds)
    if run is None:
        return
    bind_contextvars(source=run.source_id)
    try:
        _read_or_end(run, config)
    except RunTakenOver:
        log.info("Run %d was cancelled or is in other hands.", run.id)


def _read_or_end(run: ClaimedRun, config: Config) -> None:
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    try:
        if run.attempt > MOST_ATTEMPTS:
            raise worker_died(run)
        if run.trigger == Trigger.REMAP:
            remap_run(run, run.remap or EVERYTHING)
            return
        with TemporaryDirectory(dir=config.spool_dir, prefix=f"run-{run.id}-") as folder:
            _fetch_and_read(run, Path(folder) / "feed", config)
    except TransientError as error:
        try_again_or_fail(run, error)
    except PermanentError as error:
        end_with_error(run, error)
    except Drifted as drifted:
        end_drifted(run, drifted.difference)
    except (RunTakenOver, *DATABASE_AWAY):
        # With the database away nothing can be noted: the lease brings the run back.
        raise
    except Exception as error:
        report_fault(run, "reading_failed", error)
        try_again_or_fail(run, own_fault(run, error))


def _fetch_and_read(run: ClaimedRun, spool: Path, config: Config) -> None:
    source = db.session.get_one(Source, run.source_id)
    began = utc_now()
    with run_kept_alive(run):
        fetched = fetch_run(run, source, spool, config, _heartbeat(run))
    add_step(run.id, "fetch", began, detail=fetch_facts(fetched))
    if _is_known_content(source, run, fetched):
        end_unchanged(run, fetched)
        return
    if run.content_sha256 is not None and run.content_sha256 != fetched.sha256 and run.read:
        raise PermanentError(
            "feed_changed_meanwhile",
            f"The worker was interrupted after {run.read} records, and the feed has changed since.",
            "Start the source again: the new feed is then read from its beginning.",
        )
    run.sequence = run.sequence or sequence_of_feed(run, source, began, fetched)
    update_run(
        run,
        "state = 'reading', sequence = :sequence, content_sha256 = :sha256, etag = :etag, "
        "last_modified = :last_modified, bytes = :bytes, http_status = :http_status",
        sequence=run.sequence,
        sha256=fetched.sha256,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        bytes=fetched.bytes,
        http_status=fetched.http_status,
    )
    db.session.commit()
    _read(run, source, fetched.files)


def _heartbeat(run: ClaimedRun) -> Progress:
    """Shows the progress while a fetch goes on, at most every second."""
    last = monotonic()

    def beat(received: int, announced: int | None) -> None:
        nonlocal last
        if monotonic() - last < 1:
            return
        last = monotonic()
        update_run(
            run, "bytes_read = :received, bytes = :bytes", received=received, bytes=announced or 0
        )
        db.session.commit()

    return beat


def _is_known_content(source: Source, run: ClaimedRun, fetched: Fetched) -> bool:
    """The very bytes of the last complete reading, under the mapping that is still in force.

    Never of a file of changes: only what has been read to its end lets the next one come.
    """
    if run.read or fetched.file_mark is not None or must_read_again(source):
        return False
    return fetched.not_modified or (
        source.content_sha256 == fetched.sha256 and source.read_mapping_id == run.mapping_id
    )


def _read(run: ClaimedRun, source: Source, files: Sequence[SpooledFile]) -> None:
    document = mapping_document(run.mapping_id)
    ignore_paths = list(source.ignore_paths)
    expect_changes = source.read_mapping_id != run.mapping_id
    began = utc_now()
    facts = DocumentFacts()
    samples: list[Record] = []
    usual = usual_presence(source.id)
    is_compared = bool(usual) and not (run.read or run.accepts_drift)
    try:
        raw_records = read_files(
            files,
            document.reading,
            facts=facts,
            header=document.header,
            ignore_paths=ignore_paths,
        )
        wanted = without_skipped(raw_records, document, facts)
        if is_compared:
            wanted = checked(wanted, usual, document)
        if not run.read and (expect_changes or run.accepts_drift or not usual):
            wanted = sampling(wanted, samples)
        staged = stage_records(
            run,
            wanted,
            document,
            facts,
            expect_changes=expect_changes,
            version_of=version_of_records(source.id, document),
        )
        for _ in staged:
            pass
        # Nothing changed: of a delta that is an answer.
        if run.read == 0 and run.semantics == Semantics.SNAPSHOT:
            raise only_skipped(facts) if facts.skipped else no_records(document.reading)
    except PermanentError as error:
        if run.read == 0 and is_compared:
            raise other_kind(files[0].path, document.reading, error) from error
        if run.read == 0:
            raise
        note_error(run, error)
    run.semantics = semantics_of_all(document, facts)
    update_run(
        run,
        "declared = :declared, semantics = :semantics",
        declared=facts.declared_count,
        semantics=run.semantics,
    )
    store_sample(source.id, samples)
    add_step(run.id, "read", began, detail=reading_facts(run.read, document, facts))
    hand_over(run)
