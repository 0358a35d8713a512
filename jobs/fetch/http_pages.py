"""A JSON feed that comes in pages: one file a page, and all of them or none."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import orjson

from jobs.errors import PermanentError
from jobs.fetch.access import redirect_target
from jobs.fetch.failures import failure_of_status
from jobs.fetch.http_get import Answer, Way, get, opened, spool_answer
from jobs.fetch.request import Credentials, Fetched, KnownVersion, SpooledFile, Wanted
from jobs.fetch.spool import keep_head, too_large
from jobs.formats.sniff import refuse_what_is_no_feed, sniff_document
from webapp.addresses import same_server
from webapp.bodies.json_path import EACH_ITEM, EACH_MEMBER, branches_of
from webapp.fetching import Paging
from webapp.offers.paths import value_at

# A page is parsed whole to find out where the next one is.
MOST_PAGE_BYTES = 32 * 1024**2


def fetch_pages(
    way: Way,
    url: str,
    credentials: Credentials | None,
    wanted: Wanted,
    paging: Paging,
    spool: Path,
) -> Fetched:
    """:raise PipelineError: as soon as one page fails; nothing of the others is used then."""
    started = time.monotonic()
    files: list[SpooledFile] = []
    digests: list[str] = []
    asked: set[str] = set()
    size = records = 0
    first = _numbered(url, paging, 0)
    page_url: str | None = first
    status, place = 0, ""
    while page_url:
        if len(files) == paging.most_pages:
            raise _too_many_pages(paging.most_pages, place)
        if page_url in asked:
            raise _going_round(len(files), place)
        asked.add(page_url)
        path = spool.with_name(f"{spool.name}-{len(files) + 1}")
        answer = get(way, page_url, credentials, KnownVersion())
        place = answer.place
        with opened(way, answer) as response:
            status = response.status_code
            if files and _is_behind_the_last(status, records, paging):
                status = 200
                break
            if status != 200:
                raise failure_of_status(status, response.headers, place)
            spooled = spool_answer(way, response, path, place)
            page = _parsed(path, spooled.bytes, place)
        # Some servers hang up after an answer without a word, so each page connects anew.
        way.session.close()
        size += spooled.bytes
        if size > way.limits.max_bytes:
            raise too_large(way.limits.max_bytes, place)
        before, records = records, _records_of(page, wanted.record_paths)
        if digests and digests[-1] == spooled.sha256 and records:
            raise _going_round(len(files), place)
        if paging.kind == "offset" and records and 0 < before < paging.size:
            raise _pages_too_short(before, paging.size, place)
        if records or not files:
            files.append(SpooledFile(path, place))
            digests.append(spooled.sha256)
        if not wanted.record_paths:
            # Nobody knows yet what to count: the first page tells what the feed is.
            break
        page_url = _next(answer, page, records, len(asked), url, paging)
        if page_url and not same_server(first, page_url):
            credentials = None
    sha256 = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Fetched(
        files=tuple(files),
        not_modified=sha256 == wanted.known.sha256,
        bytes=size,
        sha256=sha256,
        etag=None,
        last_modified=None,
        content_type="application/json",
        seconds=time.monotonic() - started,
        final_url=place,
        http_status=status,
    )


def _next(
    answer: Answer, page: Any, records: int, pages: int, url: str, paging: Paging
) -> str | None:
    if paging.kind != "next_link":
        # A short page need not be the last: many servers give no more than their own most.
        return _numbered(url, paging, pages) if records else None
    if paging.path:
        link = page.get(paging.path) if isinstance(page, dict) else None
        link = link or value_at(paging.path)(page)
    else:
        link = answer.response.links.get("next", {}).get("url")
    if not link:
        return None
    if not isinstance(link, str):
        raise PermanentError(
            "bad_next_link",
            f"What stands at {paging.path} of a page is not the address of the next page.",
            "Correct the place of the next page's address in the source's settings.",
            place=answer.place,
        )
    return redirect_target(answer.url, urljoin(answer.url, link), answer.place)


def _is_behind_the_last(status: int, records: int, paging: Paging) -> bool:
    """Some servers refuse a page behind the last instead of giving an empty one; `records`: of
    the page before."""
    if paging.kind == "next_link":
        return False
    return status == 404 or (status in (400, 416, 422) and records < paging.size)


def _numbered(url: str, paging: Paging, index: int) -> str:
    """The address of a page counted from 0; others than its own parameters stay as they are."""
    if paging.kind == "next_link":
        counted = {}
    elif paging.kind == "page":
        counted = {paging.param: str(paging.first + index)}
    else:
        counted = {paging.param: str(index * paging.size)}
    if paging.size_param:
        counted[paging.size_param] = str(paging.size)
    if not counted:
        return url
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True)]
    pairs = [(name, value) for name, value in kept if name not in counted]
    return parts._replace(query=urlencode([*pairs, *counted.items()])).geturl()


def _parsed(path: Path, size: int, place: str) -> Any:
    try:
        return _page(path, size, place)
    except PermanentError as error:
        keep_head(error, path)
        raise


def _page(path: Path, size: int, place: str) -> Any:
    refuse_what_is_no_feed(sniff_document(path), place)
    if size > MOST_PAGE_BYTES:
        raise PermanentError(
            "page_too_large",
            f"A page of the feed is larger than {MOST_PAGE_BYTES / 1024**2:g} MB.",
            "Ask for fewer records a page in the source's settings.",
            place=place,
        )
    try:
        return orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise PermanentError(
            "not_json",
            f"A page of the feed is no complete JSON document (line {error.lineno}).",
            "Ask the vendor to repair it, or switch the pages off in the source's settings.",
            place=place,
        ) from None


def _records_of(page: Any, record_paths: Sequence[str]) -> int:
    return sum(_count(page, branch.steps) for branch in branches_of(record_paths))


def _count(node: Any, steps: Sequence[str]) -> int:
    if not steps:
        return 1
    step, *rest = steps
    if step == EACH_ITEM:
        return sum(_count(item, rest) for item in node) if isinstance(node, list) else 0
    if not isinstance(node, dict):
        return 0
    if step == EACH_MEMBER:
        return sum(_count(item, rest) for item in node.values())
    return _count(node[step], rest) if step in node else 0


def _too_many_pages(most: int, place: str) -> PermanentError:
    return PermanentError(
        "too_many_pages",
        f"The feed has more than {most:,} pages.",
        "Ask for more records a page in the source's settings, or allow more pages.",
        place=place,
    )


def _pages_too_short(records: int, size: int, place: str) -> PermanentError:
    return PermanentError(
        "pages_too_short",
        f"The vendor's server gives {records:,} records a page, not {size:,}: others would be "
        "left out.",
        f"Set the records a page to {records:,} in the source's settings. Nothing was changed or "
        "withdrawn.",
        place=place,
    )


def _going_round(pages: int, place: str) -> PermanentError:
    return PermanentError(
        "pages_repeat",
        f"After {pages} pages the vendor's server sends a page again that was there already.",
        "Check how the pages are counted in the source's settings. Nothing was changed or "
        "withdrawn.",
        place=place,
    )
