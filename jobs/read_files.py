"""Several files of one fetch read one after the other, as one feed."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from jobs.formats.record import RawRecord
from jobs.header_values import with_header
from webapp.offers.reading import Reading

NOTHING: Mapping[str, str] = MappingProxyType({})


def read_files(
    files: Sequence[SpooledFile],
    reading: Reading,
    *,
    facts: DocumentFacts,
    header: Mapping[str, str] = NOTHING,
    ignore_paths: Sequence[str] = (),
) -> Iterator[RawRecord]:
    """Positions count over all files; `facts` are the first file's, with the counts of all.

    `header`: what each file says of its own records, by name and path.

    :raise PermanentError: a reader's, its place beginning with the file's name if there are several
    """
    for number, file in enumerate(files):
        own = facts if number == 0 else DocumentFacts(records=facts.records)
        facts.complete = False
        try:
            raw_records = read_feed(file.path, reading, facts=own, ignore_paths=ignore_paths)
            yield from with_header(raw_records, header, own)
        except PermanentError as error:
            if len(files) == 1:
                raise
            # A reader without a better word says the file's name on the disk.
            own_place = "" if error.place == file.path.name else error.place
            place = ", ".join(part for part in (file.name, own_place) if part)
            raise PermanentError(error.code, error.message, error.hint, place=place) from error
        finally:
            facts.records = own.records
            if number:
                facts.later_headers.append(own.header)
        facts.complete = own.complete
        if number and facts.declared_count is not None and own.declared_count is not None:
            facts.declared_count += own.declared_count
        elif number:
            facts.declared_count = None
