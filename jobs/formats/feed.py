"""One way to read every kind of file: as a stream of records."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jobs.errors import PermanentError
from jobs.formats.blm import read_blm
from jobs.formats.csv_rows import read_csv
from jobs.formats.facts import DocumentFacts
from jobs.formats.json_lines import read_jsonl
from jobs.formats.json_records import read_json
from jobs.formats.record import RawRecord
from jobs.formats.sheets import read_sheet
from jobs.formats.xml import read_xml
from webapp.offers.reading import Container, Reading

Reader = Callable[..., Iterator[RawRecord]]

READERS: dict[Container, Reader] = {
    "blm": read_blm,
    "csv": read_csv,
    "json": read_json,
    "jsonl": read_jsonl,
    "ods": read_sheet,
    "xls": read_sheet,
    "xlsx": read_sheet,
    "xml": read_xml,
}

_TABLES: tuple[Container, ...] = ("csv", "xlsx", "xls", "ods", "blm")


def read_feed(
    path: Path, reading: Reading, *, facts: DocumentFacts, ignore_paths: Sequence[str] = ()
) -> Iterator[RawRecord]:
    """:raise PermanentError: what cannot be read, after all good records before it"""
    return READERS[reading.container](path, reading, facts=facts, ignore_paths=ignore_paths)


def no_records(reading: Reading, place: str = "") -> PermanentError:
    if reading.record_paths:
        where = f"nothing at {' or '.join(reading.record_paths)}"
    elif reading.container in _TABLES:
        where = "no row below the names of its columns"
    else:
        where = "no list of records in it"
    return PermanentError(
        "no_records",
        f"The feed holds no offers: there is {where}.{_misnamed(reading, place)}",
        "Check the source's format, and ask the vendor why the export is empty. "
        "No offer was changed or withdrawn.",
        place=place,
    )


def _misnamed(reading: Reading, place: str) -> str:
    ending = place.rpartition(".")[2].lower()
    if ending not in READERS or reading.container.startswith(ending):
        return ""
    return f" It is {reading.container.upper()}, though its name ends in .{ending}."
