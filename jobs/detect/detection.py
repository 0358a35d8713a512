"""What kind of feed a file is: container, record path, count, id, and the preset that fits it or
the mapping proposed for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from jobs.detect.feed_files import Opened, opened
from jobs.detect.json_outline import json_readings
from jobs.detect.known_formats import KnownFormat, known_format
from jobs.detect.proposed_fields import proposed_fields
from jobs.detect.unknown_format import proposed_format
from jobs.detect.whole_file import IdCheck, Sampled, compare_ids, sampled
from jobs.detect.xml_outline import xml_readings
from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import READERS, no_records
from jobs.formats.sniff import SniffedDocument, refuse_what_is_no_feed, sniff_document
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.profile import Profile, profile_of
from webapp.offers.reading import Container, Reading

DEFAULT_MAX_BYTES = 2 * 1024**3


@dataclass(slots=True)
class Detection:
    document: MappingDocument
    preset: str | None
    confidence: float
    archive: str | None
    facts: DocumentFacts
    record_paths: tuple[str, ...]
    id_check: IdCheck | None
    profile: Profile
    warnings: list[str] = field(default_factory=list)

    def as_json(self, *, with_profile: bool = False) -> dict[str, Any]:
        reading = self.facts.reading or self.document.reading
        check = self.id_check
        described: dict[str, Any] = {
            "container": reading.container,
            "archive": self.archive,
            "encoding": self.facts.encoding or reading.encoding,
            "dialect": _dialect(reading),
            "record_path": " | ".join(self.record_paths) or None,
            "records": self.facts.records,
            "declared_count": self.facts.declared_count,
            "complete": self.facts.complete,
            "preset": self.preset,
            "confidence": self.confidence,
            "id_path": check.path if check else None,
            "id_unique": bool(check and not check.duplicates and not check.missing),
            "ids_are_positions": bool(check and check.counts_up and self.facts.records > 2),
            "duplicates": check.duplicates if check else 0,
            "proposed": proposed_fields(self.document),
            "warnings": self.warnings,
        }
        if with_profile:
            described["profile"] = [
                at.described(self.profile.records) for at in self.profile.paths.values()
            ]
        return described


def detect_feed(path: Path, max_bytes: int = DEFAULT_MAX_BYTES) -> Detection:
    """:raise PermanentError: when the file is no feed, with what it is instead."""
    with opened(path, max_bytes) as feed:
        first = feed.files[0]
        sniffed = sniff_document(first.path)
        refuse_what_is_no_feed(sniffed, first.name)
        readings = _readings(first.path, sniffed, first.name)
        known = known_format(feed.files, sniffed, readings)
        if known is not None:
            return _as_known(feed, known)
        return _as_unknown(feed, readings, first.name)


def _readings(path: Path, sniffed: SniffedDocument, place: str) -> list[Reading]:
    if sniffed.kind == "xml":
        return xml_readings(path)
    if sniffed.kind == "json":
        return [*json_readings(path), Reading(container="jsonl")]
    if sniffed.kind in READERS:
        return [Reading(container=cast(Container, sniffed.kind))]
    raise PermanentError(
        "unknown_container",
        f"The file is none of the kinds that can be read; it begins with “{sniffed.excerpt}”.",
        "Ask the vendor for the offers as XML, CSV, Excel or JSON.",
        place=place,
    )


def _as_known(feed: Opened, known: KnownFormat) -> Detection:
    document = known.document
    found = sampled(feed.files, document.reading)
    checks = compare_ids(found, document.id)
    check = next((check for check in checks if not check.missing), checks[0])
    return Detection(
        document,
        document.name,
        known.confidence,
        feed.archive,
        found.facts,
        _present(document.reading, found),
        check,
        profile_of(found.samples),
        _warnings(check, found),
    )


def _as_unknown(feed: Opened, readings: Sequence[Reading], place: str) -> Detection:
    proposed = proposed_format(feed.files, readings)
    if proposed is None:
        # The reader's own reason, if it has one.
        found = sampled(feed.files, readings[0]) if readings else None
        if found is not None and found.samples:
            raise PermanentError(
                "no_id",
                "The records of this file have nothing that tells them apart.",
                "Ask the vendor to add a number or reference to each offer.",
                place=place,
            )
        raise no_records(readings[0] if readings else Reading(container="xml"), place)
    return Detection(
        proposed.document,
        None,
        proposed.confidence,
        feed.archive,
        proposed.found.facts,
        _present(proposed.document.reading, proposed.found),
        proposed.id_check,
        proposed.profile,
        [*proposed.warnings, *_warnings(proposed.id_check, proposed.found)],
    )


def _present(reading: Reading, found: Sampled) -> tuple[str, ...]:
    """The record paths that the file has records at."""
    # Records of one name have none, and only those of XML have a parent.
    names = found.names - {""}
    parents = found.facts.record_parents
    return tuple(
        path
        for path in reading.record_paths
        if (not names or path.rpartition("/")[2] in names or path.endswith("*"))
        and (not parents or path.rpartition("/")[0] in parents)
    )


def _warnings(check: IdCheck, found: Sampled) -> list[str]:
    warnings = []
    if check.counts_up and found.facts.records > 2:
        warnings.append("position_ids")
    if check.duplicates:
        warnings.append("duplicate_ids")
    if check.missing:
        warnings.append("missing_ids")
    if found.flaw is not None:
        warnings.append("incomplete")
    return warnings


def _dialect(reading: Reading) -> dict[str, Any] | None:
    if reading.container not in ("csv", "xlsx", "xls", "ods", "blm"):
        return None
    return {
        "delimiter": reading.delimiter,
        "quote": reading.quote,
        "header_row": reading.header_row,
        "sheet": reading.sheet,
    }
