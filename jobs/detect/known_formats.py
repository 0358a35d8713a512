"""Which preset fits a file: a look at the first records under each preset that can fit at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from jobs.detect.whole_file import sampled
from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.record import Record
from jobs.formats.sniff import SniffedDocument
from webapp.offers.conditions import condition_holds
from webapp.offers.identity import external_id
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.reading import Reading
from webapp.presets import load_preset, preset_names

LOOK_AT_RECORDS = 40
ENOUGH = 0.5
WITHOUT_SIGNS = 0.6
"""How sure a preset is that says nothing of its records but where they and their ids are."""
NO_PRESETS: Mapping[str, MappingDocument] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class KnownFormat:
    name: str
    document: MappingDocument
    confidence: float


def known_formats(
    files: Sequence[SpooledFile],
    sniffed: SniffedDocument,
    outlines: Sequence[Reading],
    own: Mapping[str, MappingDocument] = NO_PRESETS,
) -> list[KnownFormat]:
    """Those that are sure enough, the surest first; of two alike the one that asks for more.

    `outlines`: where records were found; `own`: presets of the agency, which are never as good as
    a shipped one that fits as well.
    """
    shipped = ((name, load_preset(name)) for name in preset_names())
    found: list[KnownFormat] = []
    for name, document in (*shipped, *own.items()):
        if not _can_fit(document.reading, sniffed, outlines):
            continue
        confidence = fit_of_file(files, document)
        if confidence >= ENOUGH:
            found.append(KnownFormat(name, document, confidence))
    return sorted(found, key=lambda known: (-known.confidence, -_demands(known.document)))


def fit_of_file(files: Sequence[SpooledFile], document: MappingDocument) -> float:
    try:
        found = sampled(files[:1], document.reading, LOOK_AT_RECORDS)
    except PermanentError:
        return 0.0
    if found.samples:
        return fit_of(document, found.samples)
    return _fit_of_header(document, found.facts.reading)


def fit_of(document: MappingDocument, samples: Sequence[Record]) -> float:
    """The share of the required paths that the records have, times that of the signs that hold."""
    match = document.match
    if match is None or not (match.required or match.signs):
        identified = sum(bool(external_id(record, document)) for record in samples)
        return round(WITHOUT_SIGNS * identified / len(samples), 3) if samples else 0.0
    confidence = 1.0
    if match.required:
        found = sum(_has(record, path) for path in match.required for record in samples)
        confidence = found / (len(match.required) * len(samples))
    if match.signs:
        held = 0
        for sign in match.signs:
            holds = condition_holds(sign)
            for record in samples:
                try:
                    held += holds(record)
                except JMESPathError:
                    continue
        confidence *= held / (len(match.signs) * len(samples))
    return round(confidence, 3)


def _fit_of_header(document: MappingDocument, reading: Reading | None) -> float:
    """A table may have a header and no row yet."""
    required = document.match.required if document.match else ()
    if reading is None or not reading.columns or not required or not reading.header_row:
        return 0.0
    return round(sum(path in reading.columns for path in required) / len(required), 3)


def _can_fit(reading: Reading, sniffed: SniffedDocument, outlines: Sequence[Reading]) -> bool:
    """From what is known already, so that no file is read thirty times."""
    if reading.container != sniffed.kind:
        return reading.container == "jsonl" and sniffed.kind == "json" and not outlines
    if reading.container == "xml":
        roots = {path.split("/")[1] for path in reading.record_paths}
        return sniffed.root in roots or "*" in roots
    if reading.container == "json":
        present = {path for outline in outlines for path in outline.record_paths}
        return not present.isdisjoint(reading.record_paths)
    return True


def _demands(document: MappingDocument) -> int:
    match = document.match
    return len(match.required) + len(match.signs) if match else 0


def _has(record: Record, path: str) -> bool:
    """An empty element counts: the format has it."""
    node: object = record
    for key in path.split("."):
        if not isinstance(node, dict) or key not in node:
            break
        node = node[key]
    else:
        return True
    try:
        return value_at(path)(record) is not None
    except JMESPathError:
        return False
