"""The way of transport that an address asks for."""

from collections.abc import Callable
from pathlib import Path

from jobs.fetch.failures import bad_url
from jobs.fetch.ftp import fetch_ftp
from jobs.fetch.http import fetch_http
from jobs.fetch.request import Fetched, Progress, Wanted
from webapp.masking import masked_url


def _fetch_sftp(wanted: Wanted, spool: Path, on_progress: Progress | None) -> Fetched:
    # paramiko takes 9 MB, which a worker that fetches over HTTP can do without.
    from jobs.fetch.sftp import fetch_sftp

    return fetch_sftp(wanted, spool, on_progress)


_TRANSPORTS: dict[str, Callable[[Wanted, Path, Progress | None], Fetched]] = {
    "http": fetch_http,
    "https": fetch_http,
    "ftp": fetch_ftp,
    "ftpes": fetch_ftp,
    "ftps": fetch_ftp,
    "sftp": _fetch_sftp,
}


def fetch(wanted: Wanted, spool: Path, on_progress: Progress | None = None) -> Fetched:
    """Into `spool` and files beside it.

    :raise PipelineError: nothing usable arrived
    """
    scheme = wanted.location.strip().partition(":")[0].lower()
    transport = _TRANSPORTS.get(scheme)
    if transport is None:
        raise bad_url(masked_url(wanted.location))
    return transport(wanted, spool, on_progress)
