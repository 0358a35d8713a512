"""Fetches a feed over HTTP(S) into a spool file: conditional, bounded, and to public hosts only."""

import time
from collections.abc import Iterator
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError, ProtocolError

from jobs.errors import PermanentError, PipelineError
from jobs.fetch.access import (
    credential_headers,
    redirect_target,
    split_off_userinfo,
    with_query_key,
)
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import (
    failure_of_exception,
    failure_of_status,
    too_many_redirects,
    truncated,
)
from jobs.fetch.request import (
    Credentials,
    Fetched,
    FetchLimits,
    KnownVersion,
    Progress,
    SpooledFile,
)
from jobs.fetch.spool import Spooled, spool_to_file, too_large, unpacked, unpacked_if_gzip
from jobs.formats.sniff import refuse_what_is_no_feed, sniff_document
from webapp.addresses import same_door
from webapp.masking import masked_url

_CHUNK_BYTES = 65_536
_HEADERS = {
    "User-Agent": "Offerdock/1.0 (property feed reader)",
    "Accept": "application/xml, text/xml, application/json, text/csv, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


def fetch_http(
    location: str,
    *,
    credentials: Credentials | None,
    known: KnownVersion,
    limits: FetchLimits,
    allowed_hosts: frozenset[str],
    spool: Path,
    on_progress: Progress | None,
) -> Fetched:
    """`on_progress` gets the bytes so far and the announced total, for every chunk."""
    started = time.monotonic()
    url, credentials = split_off_userinfo(location, credentials)
    with (
        GuardedSession(allowed_hosts) as session,
        Deadline(session, limits.total_seconds) as deadline,
    ):
        response, place = _follow(session, url, credentials, known, limits, deadline)
        with response:
            status = response.status_code
            if status == 304 and known != KnownVersion():
                spooled, not_modified = Spooled(0, known.sha256 or ""), True
            elif status == 200:
                chunks = _wire_chunks(response, limits, deadline, on_progress, place)
                spooled = _spool(chunks, response, limits, spool, place)
                not_modified = spooled.sha256 == known.sha256
            else:
                raise failure_of_status(status, place)
    headers = response.headers
    return Fetched(
        files=() if status == 304 else (SpooledFile(spool, place),),
        not_modified=not_modified,
        bytes=spooled.bytes,
        sha256=spooled.sha256 or None,
        etag=headers.get("ETag") or (known.etag if not_modified else None),
        last_modified=headers.get("Last-Modified")
        or (known.last_modified if not_modified else None),
        content_type=headers.get("Content-Type"),
        seconds=time.monotonic() - started,
        final_url=place,
        http_status=status,
    )


def _follow(
    session: GuardedSession,
    url: str,
    credentials: Credentials | None,
    known: KnownVersion,
    limits: FetchLimits,
    deadline: Deadline,
) -> tuple[requests.Response, str]:
    """Walks the redirects by hand: each target is checked, and credentials stay with their host."""
    secret_names = frozenset(
        (credentials.name,) if credentials and credentials.kind == "query" else ()
    )
    for _ in range(limits.max_redirects + 1):
        place = masked_url(url, secret_names=secret_names)
        response = _send(
            session, with_query_key(url, credentials), credentials, known, limits, deadline, place
        )
        target = session.get_redirect_target(response)
        if target is None:
            return response, place
        response.close()
        # Some servers hang up after a redirect without a word, so each hop connects anew.
        session.close()
        previous, url = url, redirect_target(url, target, place)
        if not same_door(previous, url):
            credentials = None
    raise too_many_redirects(limits.max_redirects, place)


def _send(
    session: GuardedSession,
    url: str,
    credentials: Credentials | None,
    known: KnownVersion,
    limits: FetchLimits,
    deadline: Deadline,
    place: str,
) -> requests.Response:
    headers: dict[str, str | bytes] = dict(_HEADERS)
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    headers.update(credential_headers(credentials))
    try:
        return session.send(
            session.prepare_request(requests.Request("GET", url, headers=headers)),
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect_seconds, limits.read_seconds),
        )
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise deadline.failure(place) or failure_of_exception(error, place) from None


def _wire_chunks(
    response: requests.Response,
    limits: FetchLimits,
    deadline: Deadline,
    on_progress: Progress | None,
    place: str,
) -> Iterator[bytes]:
    announced = response.headers.get("Content-Length", "")
    total = int(announced) if announced.isdecimal() else None
    if total is not None and total > limits.max_bytes:
        raise too_large(limits.max_bytes, place)
    arrived = 0
    while True:
        try:
            # read1 returns what is there: read would wait for a full chunk of a dripping server.
            chunk = response.raw.read1(_CHUNK_BYTES, decode_content=False)
        except ProtocolError:
            raise deadline.failure(place) or truncated(place) from None
        except (HTTPError, OSError) as error:
            raise deadline.failure(place) or failure_of_exception(error, place) from None
        if late := deadline.failure(place):
            raise late
        if not chunk:
            return
        arrived += len(chunk)
        if arrived > limits.max_bytes:
            raise too_large(limits.max_bytes, place)
        if on_progress is not None:
            on_progress(arrived, total)
        yield chunk


def _spool(
    chunks: Iterator[bytes],
    response: requests.Response,
    limits: FetchLimits,
    spool: Path,
    place: str,
) -> Spooled:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        chunks = unpacked(chunks, limits.max_unpack_ratio, place)
    elif encoding not in ("", "identity"):
        raise PermanentError(
            "unknown_compression",
            f"The vendor's server packs the feed in a way nobody asked for ({encoding[:20]}).",
            "Ask the vendor to send it unpacked or with gzip.",
            place=place,
        )
    chunks = unpacked_if_gzip(chunks, limits.max_unpack_ratio, place)
    spooled = spool_to_file(chunks, spool, limits.max_bytes, place)
    try:
        refuse_what_is_no_feed(sniff_document(spool), place)
    except PipelineError:
        spool.unlink(missing_ok=True)
        raise
    return spooled
