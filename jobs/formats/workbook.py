"""Opens a workbook in a process of its own, sheet_process.py, and hands on the rows of a sheet."""

import marshal
import mmap
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from jobs.errors import PermanentError
from jobs.formats.sheet_errors import Errors, error_cells

Row = list[Any]

_PROGRAM = Path(__file__).with_name("sheet_process.py")
_MOST_NAMED = 10
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class OpenSheet:
    name: str
    """Empty: no sheet has rows."""
    rows: Iterator[Row]
    """From the sheet's first row on; they may end in a PermanentError."""
    errors: Errors


@contextmanager
def open_sheet(path: Path, wanted: str | None) -> Iterator[OpenSheet]:
    """:raise PermanentError: it is protected by a password, broken, or has no such sheet"""
    # Isolated: nothing but the standard library and what is installed can be imported.
    command = [sys.executable, "-I", str(_PROGRAM), str(path), wanted or ""]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield _found_sheet(process, wanted, path)
        finally:
            process.kill()


def _found_sheet(process: subprocess.Popen[bytes], wanted: str | None, path: Path) -> OpenSheet:
    name, errors = "", Errors()
    while isinstance(message := _message(process, path), dict):
        if message["sheet"] is None:
            if wanted and wanted not in message["sheets"]:
                raise _missing(wanted, message["sheets"], path)
            return OpenSheet("", iter(()), {})
        name = message["sheet"]
        # Meanwhile the other process loads the sheet.
        errors = error_cells(path, name)
    return OpenSheet(name, chain(message or (), _rows(process, path)), errors)


def _missing(wanted: str, names: list[str], path: Path) -> PermanentError:
    listed = ", ".join(f"“{name[:40]}”" for name in names[:_MOST_NAMED])
    return PermanentError(
        "sheet_missing",
        f"The workbook has no sheet “{wanted}”; it has {listed}.",
        "Choose one of them in the source's format. Nothing was withdrawn.",
        place=path.name,
    )


def _rows(process: subprocess.Popen[bytes], path: Path) -> Iterator[Row]:
    while (rows := _message(process, path)) is not None:
        yield from rows


def _message(process: subprocess.Popen[bytes], path: Path) -> Any:
    file = process.stdout
    assert file is not None
    head = file.read(4)
    size = int.from_bytes(head, "big")
    data = file.read(size) if len(head) == 4 else b""
    if len(head) < 4 or len(data) < size:
        raise _ended(process.wait(), path)
    message = marshal.loads(data)
    if isinstance(message, dict) and "error" in message:
        raise _refused("password" if _is_encrypted(path) else message["error"], path)
    return message


def _is_encrypted(path: Path) -> bool:
    """An encrypted .xlsx is a file of the old kind with the real one as a part of it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content[:8] == _OLE and content.find(_ENCRYPTED) > 0


def _refused(words: str, path: Path) -> PermanentError:
    if words == "password":
        return PermanentError(
            "password_protected",
            "The workbook is protected by a password, so it cannot be opened.",
            "Ask the vendor to save it without one. Nothing was withdrawn.",
            place=path.name,
        )
    if words.startswith("Cannot detect"):
        words = "it is damaged, or a sheet of it has too many cells"
    return PermanentError(
        "broken_workbook",
        f"The workbook cannot be opened: {words}.",
        "Open it in Excel or LibreOffice to see whether it is whole, and ask the vendor for a new "
        "export. Nothing was withdrawn.",
        place=path.name,
    )


def _ended(return_code: int, path: Path) -> PermanentError:
    if return_code >= 0:
        return _refused("its parts do not fit together", path)
    # Ended by the system: out of the memory or the time that it is allowed.
    return PermanentError(
        "workbook_too_large",
        "The workbook is too large to be opened, or one of its cells stands too far out.",
        "Ask the vendor for the offers as CSV, which may be of any size. Nothing was withdrawn.",
        place=path.name,
    )
