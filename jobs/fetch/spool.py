"""Writes what arrives to the spool file, unpacked, hashed and never larger than allowed."""

import hashlib
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from jobs.errors import PermanentError, PipelineError
from jobs.fetch.failures import truncated

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 1_048_576
HEAD_BYTES = 8_192
# Small files may pack well; only a large result tells a bomb from a repetitive feed.
RATIO_COUNTS_FROM_BYTES = 16 * _PIECE_BYTES


class Spooled(NamedTuple):
    bytes: int
    sha256: str


def spool_to_file(
    chunks: Iterator[bytes], path: Path, max_bytes: int, place: str, *, limit: int | None = None
) -> Spooled:
    """Leaves no file behind when it fails; `limit` is the whole of which `max_bytes` are left."""
    digest = hashlib.sha256()
    written = 0
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                written += len(chunk)
                if written > max_bytes:
                    raise too_large(limit or max_bytes, place)
                digest.update(chunk)
                file.write(chunk)
    except BaseException as error:
        keep_head(error, path)
        path.unlink(missing_ok=True)
        raise
    return Spooled(written, digest.hexdigest())


def keep_head(error: BaseException, path: Path) -> None:
    """Note with a refusal what the file begins with, before the file is removed."""
    if isinstance(error, PipelineError) and path.is_file():
        with path.open("rb") as file:
            error.head = file.read(HEAD_BYTES)


def unpacked_if_gzip(chunks: Iterator[bytes], max_ratio: int, place: str) -> Iterator[bytes]:
    """A body that is a .gz file by its first bytes is unpacked, any other passes as it is."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= len(_GZIP_MAGIC):
            break
    whole = chain((head,), chunks)
    return unpacked(whole, max_ratio, place) if head.startswith(_GZIP_MAGIC) else whole


def unpacked(chunks: Iterator[bytes], max_ratio: int, place: str) -> Iterator[bytes]:
    """Gunzips in pieces of at most 1 MiB; several gzip members in a row make one file."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    packed_bytes = unpacked_bytes = 0
    for chunk in chunks:
        packed_bytes += len(chunk)
        rest = chunk
        while rest:
            if unpacker.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            try:
                piece = unpacker.decompress(rest, _PIECE_BYTES)
            except zlib.error:
                raise _damaged(place) from None
            unpacked_bytes += len(piece)
            if (
                unpacked_bytes > RATIO_COUNTS_FROM_BYTES
                and unpacked_bytes > max_ratio * packed_bytes
            ):
                raise _gzip_bomb(max_ratio, place)
            yield piece
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof:
        raise truncated(place)


def too_large(max_bytes: int, place: str) -> PermanentError:
    return PermanentError(
        "too_large",
        f"The feed is larger than the limit of {max_bytes / 1024**2:,.0f} MB.",
        "Ask the vendor for a smaller export, or whoever runs Offerdock for a higher limit.",
        place=place,
    )


def _gzip_bomb(max_ratio: int, place: str) -> PermanentError:
    return PermanentError(
        "gzip_bomb",
        f"The packed feed unpacks to more than {max_ratio} times its size, as attacks do.",
        "Do not read this address again before the vendor explains it.",
        place=place,
    )


def _damaged(place: str) -> PermanentError:
    return PermanentError(
        "damaged_gzip",
        "The packed feed cannot be unpacked: its gzip data is damaged.",
        "Ask the vendor to repair the export.",
        place=place,
    )
