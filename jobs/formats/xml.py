"""Reads an XML feed record by record in flat memory; the hot path of every import."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.sniff import SniffedDocument, refuse_what_is_not_xml, sniff_document
from jobs.formats.xml_errors import Flaw, error_of_document
from jobs.formats.xml_flaws import FlawWatch, RecordRoom
from jobs.formats.xml_header import note_document
from jobs.formats.xml_match import RecordMatch
from jobs.formats.xml_record import XmlRecord
from jobs.formats.xml_start import encoding_of, in_utf8, skip_blank_start, with_character_names
from webapp.bodies.xml_shaped import Shaper, shaper_of
from webapp.offers.reading import Reading

_CHUNK_BYTES = 131_072
_HEADER_BYTES = 1_048_576
_NAME = re.compile(r"[^\W\d][\w.-]*")


def read_xml(
    path: Path,
    reading: Reading,
    *,
    facts: DocumentFacts,
    ignore_paths: Sequence[str] = (),
) -> Iterator[XmlRecord | DictRecord]:
    """Yields every element at one of the record paths (`/root/property`; `*` is any name).

    Names match without their namespaces. Each record is valid until the next step. An error in
    the middle of the document is raised after all complete records before it were yielded.

    :raise PermanentError: no XML at all, or not well formed (`place` says line and record)
    """
    sniffed = sniff_document(path)
    refuse_what_is_not_xml(sniffed, path.name)
    matched = RecordMatch(reading.record_paths, facts.record_parents)
    encoding = encoding_of(path, sniffed, reading.encoding)
    facts.encoding = encoding.name
    parser = _parser_for(sniffed, matched.last_names, encoding.told)
    events = parser.read_events()
    shaper: Shaper | None = None
    room = RecordRoom()
    # Of the files before this one.
    earlier = facts.records
    decoded_from = encoding.name if encoding.is_decoded else None
    for fed in _fed(path, parser, sniffed, decoded_from):
        for kind, element in events:
            if kind == "start":
                matched.root = element if matched.root is None else matched.root
                continue
            if not matched.is_record(element):
                continue
            if facts.records == earlier:
                note_document(facts, matched.root, element)
                shaper = shaper_of(reading, matched.root)
            facts.records += 1
            line = element.sourceline + fed.line_offset
            if shaper is None:
                yield XmlRecord(
                    element, facts.records, line, ignore_paths, is_named=matched.is_named
                )
            else:
                record = shaper(element) | matched.name_of(element)
                yield DictRecord(record, facts.records, line, ignore_paths)
        if matched.root is not None and (facts.records > earlier or fed.is_far):
            if not facts.root:
                note_document(facts, matched.root, None)
            matched.free_what_was_read()
        flaw = fed.flaw or room.flaw_after(fed.piece, matched.kept)
        if flaw is not None:
            raise error_of_document(flaw, fed.line_offset, facts.records + 1, sniffed)
    facts.complete = True


def _root_name(sniffed: SniffedDocument) -> str:
    """Any name where the first look could not read it: in an old code page, or no name at all."""
    name = sniffed.root or ""
    return name if _NAME.fullmatch(name) else "*"


class _Fed(NamedTuple):
    """One more piece of the document has been parsed."""

    piece: bytes
    line_offset: int
    flaw: Flaw | None
    is_far: bool
    """No longer near the start: what stands before the first record is kept whole until then."""


def _fed(
    path: Path, parser: Any, sniffed: SniffedDocument, decoded_from: str | None
) -> Iterator[_Fed]:
    watch = FlawWatch(parser)
    with path.open("rb") as file:
        line_offset = skip_blank_start(file)
        pieces = iter(partial(file.read, _CHUNK_BYTES), b"")
        if decoded_from:
            pieces = in_utf8(pieces, decoded_from)
        piece = with_character_names(next(pieces, b""), sniffed)
        while piece:
            flaw = watch.after(partial(parser.feed, piece))
            is_far = flaw is not None or file.tell() > _HEADER_BYTES
            yield _Fed(piece, line_offset, flaw, is_far)
            piece = next(pieces, b"")
        yield _Fed(b"", line_offset, watch.after(parser.close), is_far=True)


def _parser_for(sniffed: SniffedDocument, names: set[str], encoding: str | None) -> Any:
    # Entities stay what they are, and nothing but this file is ever opened.
    return etree.XMLPullParser(
        events=("start", "end"),
        tag=["{*}" + name for name in (*names, _root_name(sniffed))],
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
    )
