"""A look at what a source's address leads to: what came, which format it is, and how it would be
read."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from jobs.attempt import Attempt
from jobs.detect.detection import Detection, detected_anew, detected_as, outline_of
from jobs.detect.known_formats import KnownFormat, fit_of_file, known_formats
from jobs.detect.record_counts import record_counts
from jobs.detect.whole_file import IdCheck
from jobs.fetch.request import SpooledFile
from jobs.samples import store_sample
from jobs.word_counts import WordCounts
from webapp.extensions import db
from webapp.models import OwnPreset, Source, SourceStatus
from webapp.offers.identity import external_id
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.proposals.proposal import NAME as PROPOSED
from webapp.offers.reading import Reading
from webapp.offers.secrets import masked_record
from webapp.services.value_decisions import value_tables

# Before the name of an agency's own preset.
OWN = "own:"


def look(attempt: Attempt) -> None:
    """Leaves a sample of the records with the source.

    :raise PipelineError: nothing came, or what came is no feed
    """
    files = attempt.fetch().files
    outline = outline_of(files)
    known = known_formats(files, outline.sniffed, outline.readings, _own_presets(attempt.source))
    found = _detected(attempt, files, outline.readings, known)
    places = _places(found, files, outline.readings)
    attempt.result |= {
        "detected": found.as_json(),
        "document": as_data(found.document),
        "ids": [_id_facts(check, found.facts.records) for check in _best_first(found)],
        "record_paths": [{"path": path, "records": count} for path, count in places],
        "presets": [_preset_facts(one) for one in known],
    }
    store_sample(attempt.source.id, found.samples)
    if attempt.source.status == SourceStatus.SETUP:
        _count_words(attempt.source.id, found)


def _count_words(source_id: int, found: Detection) -> None:
    """Of the first records; a dry run counts those of all."""
    words = WordCounts(found.document, value_tables(source_id))
    for record in map(masked_record, found.samples):
        words.add(external_id(record, found.document), record)
    words.store(source_id)


def _detected(
    attempt: Attempt,
    files: Sequence[SpooledFile],
    readings: Sequence[Reading],
    known: Sequence[KnownFormat],
) -> Detection:
    document, watch = attempt.document, attempt.progress.watching
    if document is not None and document.name == PROPOSED:
        return _proposed_under(document, files, attempt)
    if document is not None:
        return detected_as(
            files, document, fit_of_file(files, document), other_ids=True, watch=watch
        )
    shipped = next((one for one in known if not one.name.startswith(OWN)), None)
    if shipped is None:
        return detected_anew(files, readings, watch=watch)
    return detected_as(files, shipped.document, shipped.confidence, other_ids=True, watch=watch)


def _proposed_under(
    document: MappingDocument, files: Sequence[SpooledFile], attempt: Attempt
) -> Detection:
    """What was proposed before a person chose other records or another id: the rules are proposed
    again, for those records; the id is the person's, where any record has it."""
    anew = detected_anew(files, [document.reading], watch=attempt.progress.watching)
    chosen = anew.document.model_copy(update={"id": document.id})
    found = detected_as(files, chosen, anew.confidence, other_ids=True)
    check = found.id_check
    return anew if check is not None and check.missing == found.facts.records else found


def _own_presets(source: Source) -> Mapping[str, MappingDocument]:
    presets = db.session.scalars(
        select(OwnPreset).where(OwnPreset.agency_id == source.agency_id).order_by(OwnPreset.slug)
    )
    return {
        f"{OWN}{preset.slug}": MappingDocument.model_validate(preset.document) for preset in presets
    }


def _places(
    found: Detection, files: Sequence[SpooledFile], readings: Sequence[Reading]
) -> list[tuple[str, int]]:
    """Where the records are as it is read now, and where they may be instead."""
    path = " | ".join(found.record_paths)
    if not path:
        return []
    others = [reading for reading in readings if reading.record_paths != found.record_paths]
    return [(path, found.facts.records), *record_counts(files, others)]


def _best_first(found: Detection) -> list[IdCheck]:
    """The one in use, then those that tell the most records apart."""
    return sorted(
        found.id_checks,
        key=lambda check: (
            check is not found.id_check,
            check.counts_up,
            check.missing + check.duplicates,
        ),
    )


def _id_facts(check: IdCheck, records: int) -> dict[str, Any]:
    return {
        "path": check.path,
        "present": round(1 - check.missing / records, 3) if records else 0.0,
        "distinct": len(check.hashes) - check.duplicates,
        "duplicates": check.duplicates,
        "positions": check.counts_up and records > 2,
    }


def _preset_facts(known: KnownFormat) -> dict[str, Any]:
    title = known.document.title or known.document.name
    return {"name": known.name, "title": title, "confidence": known.confidence}
