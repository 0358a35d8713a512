"""One GET, redirects included: conditional, to public hosts only, its answer spooled in bounds."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import requests
from urllib3.exceptions import HTTPError, ProtocolError

from jobs.errors import PermanentError, PipelineError
from jobs.fetch.access import credential_headers, redirect_target, with_query_key
from jobs.fetch.address_guard import GuardedSession
from jobs.fetch.deadline import Deadline
from jobs.fetch.failures import failure_of_exception, too_many_redirects, truncated
from jobs.fetch.request import Credentials, FetchLimits, KnownVersion, Progress
from jobs.fetch.spool import (
    HEAD_BYTES,
    Spooled,
    spool_to_file,
    too_large,
    unpacked,
    unpacked_if_gzip,
)
from webapp.addresses import same_server
from webapp.masking import masked_url

_CHUNK_BYTES = 65_536
_HEADERS = {
    "User-Agent": "Offerdock/1.0 (property feed reader)",
    "Accept": "application/xml, text/xml, application/json, text/csv, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


class Way(NamedTuple):
    """What all requests of a fetch share."""

    session: GuardedSession
    limits: FetchLimits
    deadline: Deadline
    on_progress: Progress | None


class Answer(NamedTuple):
    response: requests.Response
    url: str
    place: str
    """The address where the redirects ended, with its secrets masked."""
    credentials: Credentials | None
    """Those that may still be sent there."""


def get(way: Way, url: str, credentials: Credentials | None, known: KnownVersion) -> Answer:
    """Walks the redirects by hand: each target is checked, and credentials stay with their host.

    Cookies that a server sets on the way are the session's, and go back to that server alone.
    """
    session, limits = way.session, way.limits
    secret_names = frozenset(
        (credentials.name,) if credentials and credentials.kind == "query" else ()
    )
    for _ in range(limits.max_redirects + 1):
        place = masked_url(url, secret_names=secret_names)
        response = _send(way, with_query_key(url, credentials), credentials, known, place)
        target = session.get_redirect_target(response)
        if target is None:
            return Answer(response, url, place, credentials)
        response.close()
        # Some servers hang up after a redirect without a word, so each hop connects anew.
        session.close()
        previous, url = url, redirect_target(url, target, place)
        if not same_server(previous, url):
            credentials = None
    raise too_many_redirects(limits.max_redirects, place)


@contextmanager
def opened(way: Way, answer: Answer) -> Iterator[requests.Response]:
    """The answer, closed in the end; what it says is noted with every refusal in between."""
    response = answer.response
    with response:
        try:
            yield response
        except PipelineError as error:
            error.http_status = response.status_code
            error.content_type = response.headers.get("Content-Type")
            if response.status_code != 200:
                # The reason is mostly in the page that came with the status.
                with suppress(PipelineError):
                    error.head = next(_body(way, response, answer.place), b"")[:HEAD_BYTES]
            raise


def spool_answer(way: Way, response: requests.Response, spool: Path, place: str) -> Spooled:
    """The body, unpacked from gzip, into the file."""
    return spool_to_file(_body(way, response, place), spool, way.limits.max_bytes, place)


def _body(way: Way, response: requests.Response, place: str) -> Iterator[bytes]:
    chunks = _wire_chunks(way, response, place)
    limits = way.limits
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
    return unpacked_if_gzip(chunks, limits.max_unpack_ratio, place)


def _send(
    way: Way, url: str, credentials: Credentials | None, known: KnownVersion, place: str
) -> requests.Response:
    headers: dict[str, str | bytes] = dict(_HEADERS)
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    headers.update(credential_headers(credentials))
    try:
        return way.session.send(
            way.session.prepare_request(requests.Request("GET", url, headers=headers)),
            stream=True,
            allow_redirects=False,
            timeout=(way.limits.connect_seconds, way.limits.read_seconds),
        )
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise way.deadline.failure(place) or failure_of_exception(error, place) from None


def _wire_chunks(way: Way, response: requests.Response, place: str) -> Iterator[bytes]:
    limits, deadline = way.limits, way.deadline
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
        if way.on_progress is not None:
            way.on_progress(arrived, total)
        yield chunk
