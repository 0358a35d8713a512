"""What has arrived in the spool folder becomes feed files; what is no feed is refused."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jobs.fetch.archive import refuse_overfull, unpack_members
from jobs.fetch.request import FetchLimits, SpooledFile
from jobs.fetch.spool import Spooled, keep_head
from jobs.formats.sniff import refuse_what_is_no_feed, sniff_document


class Arrived(NamedTuple):
    files: tuple[SpooledFile, ...]
    bytes: int
    sha256: str


def feed_files(
    path: Path,
    name: str,
    spooled: Spooled,
    *,
    member: str | None,
    limits: FetchLimits,
    place: str,
) -> Arrived:
    """`name`: as people know the file; `member`: a pattern for what counts in an archive.

    :raise PermanentError: no feed, or an archive that can't be opened; the file is removed then
    """
    try:
        refuse_overfull(path, limits, place)
        sniffed = sniff_document(path)
        if sniffed.kind != "zip":
            refuse_what_is_no_feed(sniffed, place)
            return Arrived((SpooledFile(path, name),), *spooled)
        return together(unpack_members(path, member, limits, place))
    except BaseException as error:
        keep_head(error, path)
        path.unlink(missing_ok=True)
        raise


def together(parts: Sequence[tuple[SpooledFile, Spooled]]) -> Arrived:
    """Several files as one: the digest of one alone is its own."""
    digests = [spooled.sha256 for _, spooled in parts]
    if len(digests) > 1:
        digests = [hashlib.sha256("".join(digests).encode()).hexdigest()]
    return Arrived(
        tuple(file for file, _ in parts), sum(spooled.bytes for _, spooled in parts), digests[0]
    )
