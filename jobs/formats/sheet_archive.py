"""Looks whether unpacking the archive that an .xlsx or .ods file is would be an attack."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from jobs.errors import PermanentError

MOST_BYTES = 2_000_000_000
_MOST_GROWTH = 300
_SMALL = 50_000_000


def refuse_bomb(path: Path) -> None:
    """:raise PermanentError: unpacked it is too large, or grows out of all proportion"""
    try:
        with ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        # The reader of the sheets says what is wrong with it.
        return
    growth = unpacked / max(path.stat().st_size, 1)
    if unpacked > MOST_BYTES or (unpacked > _SMALL and growth > _MOST_GROWTH):
        raise PermanentError(
            "archive_bomb",
            f"The workbook would grow to {unpacked / 1e6:,.0f} MB, {growth:,.0f} times its size, "
            "which is how attacks look.",
            "Ask the vendor for the offers as CSV. Nothing was withdrawn.",
            place=path.name,
        )
