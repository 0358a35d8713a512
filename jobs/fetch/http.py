"""Fetches a feed over HTTP(S): one document, or a JSON feed page by page."""

import time
from pathlib import Path

from jobs.fetch.access import split_off_userinfo
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.arrived import Arrived, feed_files
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import failure_of_status
from jobs.fetch.http_get import Way, get, opened, spool_answer
from jobs.fetch.http_pages import fetch_pages
from jobs.fetch.request import Credentials, Fetched, KnownVersion, Progress, Wanted


def fetch_http(wanted: Wanted, spool: Path, on_progress: Progress | None = None) -> Fetched:
    """Into `spool`, and files beside it when there are several."""
    url, credentials = split_off_userinfo(wanted.location, wanted.credentials)
    with (
        GuardedSession(wanted.allowed_hosts) as session,
        Deadline(session.connections, wanted.limits.total_seconds) as deadline,
    ):
        way = Way(session, wanted.limits, deadline, on_progress)
        if wanted.fetching.paging is not None:
            return fetch_pages(way, url, credentials, wanted, wanted.fetching.paging, spool)
        return _fetch_document(way, url, credentials, wanted, spool)


def _fetch_document(
    way: Way, url: str, credentials: Credentials | None, wanted: Wanted, spool: Path
) -> Fetched:
    started = time.monotonic()
    known = wanted.known
    answer = get(way, url, credentials, known)
    place = answer.place
    with opened(way, answer) as response:
        status, headers = response.status_code, response.headers
        if status == 304 and known != KnownVersion():
            arrived, not_modified = Arrived((), 0, known.sha256 or ""), True
        elif status == 200:
            spooled = spool_answer(way, response, spool, place)
            arrived = feed_files(
                spool, place, spooled, member=wanted.member, limits=way.limits, place=place
            )
            not_modified = arrived.sha256 == known.sha256
        else:
            raise failure_of_status(status, headers, place)
    return Fetched(
        files=arrived.files,
        not_modified=not_modified,
        bytes=arrived.bytes,
        sha256=arrived.sha256 or None,
        etag=headers.get("ETag") or (known.etag if not_modified else None),
        last_modified=headers.get("Last-Modified")
        or (known.last_modified if not_modified else None),
        content_type=headers.get("Content-Type"),
        seconds=time.monotonic() - started,
        final_url=place,
        http_status=status,
    )
