"""What kind of file its first bytes promise, for files that are no text."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SHEETS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsx", "word/document.xml": "docx"}
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_REFUSED = {
    b"%PDF-": "a PDF",
    b"{\\rtf": "an RTF text",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"MZ\x90": "a program for Windows",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "an SQLite database",
    b"-- MySQL dump": "a dump of a MySQL database",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
}


def named_binary(head: bytes) -> str | None:
    """What a file is that can never be a feed, in words."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "an image (WebP)"
    if head.startswith(_OLE) and "WordDocument".encode("utf-16-le") in head:
        return "a Word document"
    return next((words for mark, words in _REFUSED.items() if head.startswith(mark)), None)


def binary_container(head: bytes, path: Path) -> str | None:
    """`xls`, `xlsx`, `ods`, `docx`, `zip`, `gzip`; None: something else."""
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if not head.startswith(_ZIP):
        return None
    if _ODS_TYPE in head[:200]:
        return "ods"
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    return next((kind for name, kind in _SHEETS.items() if name in names), "zip")
