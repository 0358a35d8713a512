"""Opens ZIP archives: the members that can be a feed, within limits, in flat memory.

Names of members are never used as paths; pictures stay in the archive.
"""

import struct
import zlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from jobs.errors import PermanentError
from jobs.fetch.feed_names import WEAK_ENDINGS, can_be_feed, ending_of, is_other_matter
from jobs.fetch.request import FetchLimits, SpooledFile
from jobs.fetch.spool import RATIO_COUNTS_FROM_BYTES, Spooled, spool_to_file, too_large
from jobs.formats.sniff import refuse_what_is_no_feed, sniff_document

_PIECE_BYTES = 1_048_576
_IS_ENCRYPTED = 0x1
# Of members whose names say nothing, so many are looked into.
_MOST_LOOKS = 20
_FEED_KINDS = frozenset(("xml", "json", "jsonl", "csv", "blm", "xlsx", "xls", "ods", "html_table"))

# The record at the end of an archive: entries in all, bytes of the directory (APPNOTE 4.3.16).
_END = struct.Struct("<4s4H2LH")
_END_64_AT = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LONGEST_END = _END.size + _END_64_AT.size + 65_535
# A directory entry with a long name; a directory may lie about the number of its entries.
_ENTRY_BYTES = 400


def refuse_overfull(path: Path, limits: FetchLimits, place: str) -> None:
    """Before anybody reads the archive's directory, which is held in memory."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return
        size = file.seek(0, 2)
        file.seek(max(0, size - _LONGEST_END))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            return
        _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(tail, at)
        locator = tail[max(0, at - _END_64_AT.size) : at]
        if locator.startswith(b"PK\x06\x07") and len(locator) == _END_64_AT.size:
            file.seek(min(_END_64_AT.unpack(locator)[2], size))
            end = file.read(_END_64.size)
            if len(end) == _END_64.size and end.startswith(b"PK\x06\x06"):
                entries, directory_bytes = _END_64.unpack(end)[7:9]
    if entries > limits.max_members or directory_bytes > limits.max_members * _ENTRY_BYTES:
        raise PermanentError(
            "too_many_members",
            f"The archive holds more than {limits.max_members:,} files.",
            "Ask the vendor for an archive with the feed and its pictures only.",
            place=place,
        )


def unpack_members(
    path: Path, pattern: str | None, limits: FetchLimits, place: str
) -> list[tuple[SpooledFile, Spooled]]:
    """The feed's files beside the archive, in the order of their names; the archive stays.

    :raise PermanentError: damaged, locked, too large, or without a feed in it
    """
    try:
        with ZipFile(path) as archive:
            return _unpack(archive, path, pattern, limits, place)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise PermanentError(
            "damaged_archive",
            "The archive cannot be unpacked: it is damaged or not complete.",
            "Ask the vendor to repair the export. Nothing was changed or withdrawn.",
            place=place,
        ) from error


def _unpack(
    archive: ZipFile, path: Path, pattern: str | None, limits: FetchLimits, place: str
) -> list[tuple[SpooledFile, Spooled]]:
    files = [info for info in archive.infolist() if not info.is_dir() and not _is_junk(info)]
    wanted = _wanted(files, pattern)
    by_look = not wanted and pattern is None
    if by_look:
        wanted = [info for info in files if not is_other_matter(info.filename)][:_MOST_LOOKS]
    if len(wanted) > limits.max_files:
        raise _too_many_files(limits.max_files, place)
    unpacked: list[tuple[SpooledFile, Spooled]] = []
    left = limits.max_bytes
    for number, info in enumerate(sorted(wanted, key=lambda info: info.filename), start=1):
        target = path.with_name(f"{path.name}-{number}")
        inner = f"{place} › {info.filename}"
        spooled = spool_to_file(
            _chunks(archive, info, limits, inner), target, left, inner, limit=limits.max_bytes
        )
        left -= spooled.bytes
        sniffed = sniff_document(target)
        if by_look and sniffed.kind not in _FEED_KINDS:
            target.unlink()
            continue
        refuse_what_is_no_feed(sniffed, inner)
        unpacked.append((SpooledFile(target, info.filename), spooled))
    if not unpacked:
        raise _nothing_inside(files, pattern, place)
    return unpacked


def _wanted(files: list[ZipInfo], pattern: str | None) -> list[ZipInfo]:
    if pattern is not None:
        return [info for info in files if _matches(info.filename, pattern)]
    named = [info for info in files if can_be_feed(info.filename)]
    # A text beside a feed explains it; alone it may be one.
    return [info for info in named if ending_of(info.filename) not in WEAK_ENDINGS] or named


def _matches(name: str, pattern: str) -> bool:
    names = name.lower(), PurePosixPath(name).name.lower()
    return any(fnmatchcase(one, pattern.lower()) for one in names)


def _is_junk(info: ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _chunks(archive: ZipFile, info: ZipInfo, limits: FetchLimits, place: str) -> Iterator[bytes]:
    if info.flag_bits & _IS_ENCRYPTED:
        raise PermanentError(
            "password_protected",
            "The archive is password-protected, so it cannot be opened.",
            "Ask the vendor for an archive without a password.",
            place=place,
        )
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise PermanentError(
            "unknown_compression",
            "The archive is packed in a way that is not supported.",
            "Ask the vendor for a plain ZIP archive (stored or deflated).",
            place=place,
        )
    if info.file_size > limits.max_bytes:
        raise too_large(limits.max_bytes, place)
    unpacked = 0
    with archive.open(info) as member:
        while piece := member.read(_PIECE_BYTES):
            unpacked += len(piece)
            if (
                unpacked > RATIO_COUNTS_FROM_BYTES
                and unpacked > limits.max_unpack_ratio * info.compress_size
            ):
                raise PermanentError(
                    "zip_bomb",
                    "A file in the archive unpacks to more than "
                    f"{limits.max_unpack_ratio} times its size, as attacks do.",
                    "Do not read this address again before the vendor explains it.",
                    place=place,
                )
            yield piece


def _nothing_inside(files: list[ZipInfo], pattern: str | None, place: str) -> PermanentError:
    names = ", ".join(PurePosixPath(info.filename).name[:60] for info in files[:5])
    holds = f"It holds {len(files):,} files, such as {names}." if files else "It is empty."
    what = f"has no file like {pattern}" if pattern else "holds nothing that can be a feed"
    return PermanentError(
        "no_feed_in_archive",
        f"The archive {what}. {holds}",
        "Ask the vendor for the archive with the data file (XML, CSV, Excel or JSON) in it.",
        place=place,
    )


def _too_many_files(most: int, place: str) -> PermanentError:
    return PermanentError(
        "too_many_files",
        f"More than {most:,} files would be read at once.",
        "Narrow the pattern of file names in the source's settings.",
        place=place,
    )
