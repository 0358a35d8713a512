"""Which preset fits a file: a look at the first records under each preset that can fit at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.detect.whole_file import sampled
from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.record import Record
from jobs.formats.sniff import SniffedDocument
from webapp.offers.conditions import condition_holds
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.reading import Reading
from webapp.presets import load_preset, preset_names

LOOK_AT_RECORDS = 40
ENOUGH = 0.5
WITHOUT_SIGNS = 0.6
"""How sure a preset is that says nothing of its records but where they are."""


@dataclass(frozen=True, slots=True)
class KnownFormat:
    document: MappingDocument
    confidence: float


def known_format(
    files: Sequence[SpooledFile], sniffed: SniffedDocument, outlines: Sequence[Reading]
) -> KnownFormat | None:
    """The surest preset, if it is sure enough. `outlines`: where records were found."""
    best: KnownFormat | None = None
    for name in preset_names():
        document = load_preset(name)
        if not _can_fit(document.reading, sniffed, outlines):
            continue
        try:
            found = sampled(files[:1], document.reading, LOOK_AT_RECORDS)
        except PermanentError:
            continue
        if found.samples:
            confidence = fit_of(document, found.samples)
        else:
            confidence = _fit_of_header(document, found.facts.reading)
        if confidence >= ENOUGH and (
            best is None
            or (confidence, _demands(document)) > (best.confidence, _demands(best.document))
        ):
            best = KnownFormat(document, confidence)
    return best


def fit_of(document: MappingDocument, samples: Sequence[Record]) -> float:
    """The share of the required paths that the records have, times that of the signs that hold."""
    match = document.match
    if match is None or not (match.required or match.signs):
        return WITHOUT_SIGNS
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
