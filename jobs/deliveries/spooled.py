"""Deliveries that wait as the files of a feed, so that a look recognises them like any other."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from jobs.deliveries.waiting import Waiting
from jobs.fetch.request import Fetched, SpooledFile
from webapp.bodies.content import content_of
from webapp.bodies.unreadable import UnreadableBody
from webapp.offers.mapping import WITHDRAWN
from webapp.webhooks import WebhookSettings

# Each is a file of its own.
MOST_XML_BODIES = 200


def spool_deliveries(waiting: Waiting, spool: Path) -> Fetched:
    """XML as it came, as known formats are told by what stands around the records; everything else
    as lines of JSON, a record each.

    :raise PermanentError: there is nothing to look at
    """
    began = time.monotonic()
    files = _xml_files(waiting, spool) if _is_taken_as_it_is(waiting.settings) else []
    if not files:
        _write_lines(waiting, spool)
        files = [SpooledFile(spool, "deliveries.jsonl")]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.path.read_bytes())
    return Fetched(
        files=tuple(files),
        not_modified=False,
        bytes=sum(file.path.stat().st_size for file in files),
        sha256=digest.hexdigest(),
        etag=None,
        last_modified=None,
        content_type=None,
        seconds=time.monotonic() - began,
        final_url="",
        http_status=0,
    )


def _is_taken_as_it_is(settings: WebhookSettings) -> bool:
    around = settings.header_values or settings.withdrawn_when or settings.records_at
    return settings.shape == "records" and not around


def _xml_files(waiting: Waiting, spool: Path) -> list[SpooledFile]:
    """None of them when the first body that can be read is no XML."""
    files: list[SpooledFile] = []
    for body in waiting.bodies():
        try:
            content = content_of(body.content, body.content_type)
        except UnreadableBody:
            continue
        if content.xml is None:
            if not files:
                break
            continue
        path = spool.with_name(f"{spool.name}-{len(files) + 1}.xml")
        path.write_bytes(content.xml_file)
        files.append(SpooledFile(path, f"delivery-{body.delivery_id}.xml"))
        if len(files) == MOST_XML_BODIES:
            break
    return files


def _write_lines(waiting: Waiting, spool: Path) -> None:
    written = 0
    with spool.open("wb") as file:
        for line in _different_lines(waiting):
            written += file.write(line + b"\n")
    if not written:
        raise waiting.no_records()


def _different_lines(waiting: Waiting) -> Iterator[bytes]:
    """What came twice is one record to look at; what only says that an offer is gone is none."""
    seen: set[bytes] = set()
    for record in waiting.records():
        if WITHDRAWN in record:
            continue
        line = orjson.dumps(record)
        digest = hashlib.blake2b(line, digest_size=16).digest()
        if digest not in seen:
            seen.add(digest)
            yield line
