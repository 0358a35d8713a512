"""The mapping that `--preset auto` means: the source's own as long as the file fits it, else the
preset of the file's format, else one proposed for it."""

from dataclasses import dataclass
from pathlib import Path

from jobs.detect.detection import detect_feed
from jobs.detect.feed_files import opened
from jobs.detect.known_formats import ENOUGH, LOOK_AT_RECORDS, fit_of
from jobs.detect.whole_file import sampled
from jobs.errors import PermanentError
from webapp.models import Source
from webapp.offers.identity import external_id
from webapp.offers.mapping_document import MappingDocument
from webapp.services.mappings import document_in_force


@dataclass(frozen=True, slots=True)
class Chosen:
    preset: str
    proposed: MappingDocument | None = None
    """Of a file that no preset fits."""


def mapping_for(file: Path, source: Source | None, max_bytes: int) -> Chosen:
    """:raise PermanentError: the file is no feed."""
    own = document_in_force(source) if source is not None else None
    if source is not None and own is not None and _fits(file, own, max_bytes):
        return Chosen(source.preset)
    found = detect_feed(file, max_bytes)
    if found.preset is not None:
        return Chosen(found.preset)
    return Chosen(found.document.name, found.document)


def _fits(file: Path, document: MappingDocument, max_bytes: int) -> bool:
    """Its reading finds records, and most of them have an id where the mapping looks for it."""
    try:
        with opened(file, max_bytes) as feed:
            samples = sampled(feed.files[:1], document.reading, LOOK_AT_RECORDS).samples
    except PermanentError:
        return False
    identified = sum(bool(external_id(record, document)) for record in samples)
    return identified > 0.5 * len(samples) and fit_of(document, samples) >= ENOUGH
