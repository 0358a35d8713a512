"""What kind of feed a file is: container, record path, count, id, and the preset that fits it or
the mapping proposed for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jobs.detect.feed_files import opened
from jobs.detect.json_outline import json_readings
from jobs.detect.known_formats import known_formats
from jobs.detect.proposed_fields import proposed_fields
from jobs.detect.unknown_format import proposed_format
from jobs.detect.whole_file import IdCheck, Sampled, Watch, compare_ids, sampled
from jobs.detect.xml_outline import xml_readings
from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import READERS, no_records
from jobs.formats.record import Record
from jobs.formats.sniff import SniffedDocument, refuse_what_is_no_feed, sniff_document
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.proposals.ids import id_candidates
from webapp.offers.proposals.profile import Profile, profile_of
from webapp.offers.reading import Container, Reading
from webapp.presets import preset_names

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
    warnings: list[str]
    id_checks: list[IdCheck]
    """Of every path that may be the id."""
    samples: list[Record]

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
        outline = outline_of(feed.files)
        known = known_formats(feed.files, outline.sniffed, outline.readings)
        if known:
            return detected_as(feed.files, known[0].document, known[0].confidence, feed.archive)
        return detected_anew(feed.files, outline.readings, feed.archive)


@dataclass(frozen=True, slots=True)
class Outline:
    sniffed: SniffedDocument
    readings: list[Reading]
    """Where records may be, best first."""


def outline_of(files: Sequence[SpooledFile]) -> Outline:
    """:raise PermanentError: when the first file is no feed, with what it is instead."""
    first = files[0]
    sniffed = sniff_document(first.path)
    refuse_what_is_no_feed(sniffed, first.name)
    return Outline(sniffed, _readings(first.path, sniffed, first.name))


def _readings(path: Path, sniffed: SniffedDocument, place: str) -> list[Reading]:
    if sniffed.kind == "xml":
        return xml_readings(path)
    if sniffed.kind == "json":
        return [*json_readings(path), Reading(container="jsonl")]
    if sniffed.kind == "html_table":
        return [Reading(container="xls")]
    if sniffed.kind in READERS:
        return [Reading(container=cast(Container, sniffed.kind))]
    raise PermanentError(
        "unknown_container",
        f"The file is none of the kinds that can be read; it begins with “{sniffed.excerpt}”.",
        "Ask the vendor for the offers as XML, CSV, Excel or JSON.",
        place=place,
    )


def detected_as(
    files: Sequence[SpooledFile],
    document: MappingDocument,
    confidence: float,
    archive: str | None = None,
    *,
    other_ids: bool = False,
    watch: Watch = iter,
) -> Detection:
    """`other_ids`: whether other paths than the document's own are compared as well."""
    found = sampled(files, document.reading, header=document.header)
    profile = profile_of(found.samples)
    others = [candidate.path for candidate in id_candidates(profile)] if other_ids else []
    paths = list(dict.fromkeys([*document.id, *others]))
    checks = compare_ids(found, paths, watch)
    own = checks[: len(document.id)]
    check = next((check for check in own if not check.missing), own[0])
    return Detection(
        document,
        document.name if document.name in preset_names() else None,
        confidence,
        archive,
        found.facts,
        _present(document.reading, found),
        check,
        profile,
        _warnings(check, found),
        checks,
        found.samples,
    )


def detected_anew(
    files: Sequence[SpooledFile],
    readings: Sequence[Reading],
    archive: str | None = None,
    *,
    watch: Watch = iter,
) -> Detection:
    """With a mapping proposed from names and values, under the best of the readings."""
    place = files[0].name
    proposed = proposed_format(files, readings, watch)
    if proposed is None:
        # The reader's own reason, if it has one.
        found = sampled(files, readings[0]) if readings else None
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
        archive,
        proposed.found.facts,
        _present(proposed.document.reading, proposed.found),
        proposed.id_check,
        proposed.profile,
        [*proposed.warnings, *_warnings(proposed.id_check, proposed.found)],
        proposed.id_checks,
        proposed.found.samples,
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
