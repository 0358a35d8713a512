"""The files of a feed as they lie in an archive, or the one that it is, opened for a look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.fetch.local_file import fetch_local_file
from jobs.fetch.request import SpooledFile
from jobs.formats.sniff import sniff_document


@dataclass(frozen=True, slots=True)
class Opened:
    archive: str | None
    files: tuple[SpooledFile, ...]


@contextmanager
def opened(path: Path, max_bytes: int) -> Iterator[Opened]:
    """:raise PermanentError: an archive that can't be opened or holds no feed"""
    kind = sniff_document(path).kind
    if kind not in ("zip", "gzip"):
        yield Opened(None, (SpooledFile(path, path.name),))
        return
    with TemporaryDirectory(prefix="offerdock-look-") as folder:
        fetched = fetch_local_file(path, Path(folder) / "feed", max_bytes)
        yield Opened(kind, fetched.files)
