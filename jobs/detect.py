"""What kind of feed a file is: container, record path, count, and the preset that fits."""

from itertools import islice
from pathlib import Path
from typing import Any

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from jobs.formats.record import Record
from jobs.formats.sniff import refuse_what_is_not_xml, sniff_document
from webapp.offers.identity import id_text
from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument
from webapp.offers.paths import value_at
from webapp.offers.reading import Reading
from webapp.presets import load_preset, preset_names

SAMPLE_RECORDS = 50


def detect_feed(path: Path) -> dict[str, Any]:
    """:raise PermanentError: when the file is no feed, with what it is instead."""
    sniffed = sniff_document(path)
    refuse_what_is_not_xml(sniffed, path.name)
    for name in preset_names():
        document = load_preset(name)
        if document.reading.container != "xml":
            continue
        paths = document.reading.record_paths
        if sniffed.root not in {record_path.split("/")[1] for record_path in paths}:
            continue
        samples, facts = _sampled(path, document.reading)
        confidence = _confidence(document, samples)
        if samples and confidence > 0:
            return {
                "container": "xml",
                "encoding": facts.encoding,
                "record_path": " | ".join(paths),
                "records": facts.records,
                "preset": name,
                "confidence": confidence,
                "id_path": _id_path(document, samples),
                "proposed": _proposed(document),
            }
    raise PermanentError(
        "unknown_format",
        f"No preset fits this file (its outermost element is <{sniffed.root}>).",
        "Ask the vendor for a feed in one of these formats: " + ", ".join(preset_names()) + ".",
        place=path.name,
    )


def _sampled(path: Path, reading: Reading) -> tuple[list[Record], DocumentFacts]:
    """The first records as dicts, and the facts of the whole document."""
    facts = DocumentFacts()
    records = read_feed(path, reading, facts=facts)
    samples = [raw.as_dict() for raw in islice(records, SAMPLE_RECORDS)]
    for _ in records:
        pass
    return samples, facts


def _confidence(document: MappingDocument, samples: list[Record]) -> float:
    """The share of the preset's required names that the records have, between 0 and 1."""
    if document.match is None or not samples:
        return 0.0
    required = document.match.required
    found = sum(name in record for name in required for record in samples)
    return round(found / (len(required) * len(samples)), 3) if required else 0.0


def _id_path(document: MappingDocument, samples: list[Record]) -> str | None:
    """The first of the preset's id paths that is filled and different in every sample."""
    for path in document.id:
        read = value_at(path)
        values = [id_text(read(record)) for record in samples]
        if all(values) and len(set(values)) == len(values):
            return path
    return None


def _proposed(document: MappingDocument) -> dict[str, str]:
    """Which path each field of the offer is read from first."""
    proposed = {
        field: rule.all_paths[0] for field, rule in document.fields.items() if rule.all_paths
    }
    for name, block in document.blocks():
        fields = block.fields if isinstance(block, Block) else {}
        for field, rule in fields.items():
            if rule.all_paths:
                proposed.setdefault(f"{name}.{field}", rule.all_paths[0])
        if isinstance(block, LanguageBlock):
            for field, path in block.by_language.items():
                proposed.setdefault(f"{name}.{field}", path)
    return proposed
