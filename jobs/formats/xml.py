"""Reads an XML feed record by record in flat memory; the hot path of every import."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from jobs.formats.dict_record import DictRecord
from jobs.formats.facts import DocumentFacts
from jobs.formats.sniff import SniffedDocument, refuse_what_is_not_xml, sniff_document
from jobs.formats.xml_errors import Flaw, error_of_document
from jobs.formats.xml_header import note_document
from jobs.formats.xml_match import RecordMatch
from jobs.formats.xml_record import XmlRecord
from jobs.formats.xml_shaped import Shaper, shaper_of
from jobs.formats.xml_start import encoding_of, in_utf8, skip_blank_start, with_character_names
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
        if fed.flaw is not None:
            raise error_of_document(fed.flaw, fed.line_offset, facts.records + 1, sniffed)
    facts.complete = True


def _root_name(sniffed: SniffedDocument) -> str:
    """Any name where the first look could not read it: in an old code page, or no name at all."""
    name = sniffed.root or ""
    return name if _NAME.fullmatch(name) else "*"


class _Fed(NamedTuple):
    """One more piece of the document has been parsed."""

    line_offset: int
    flaw: Flaw | None
    is_far: bool
    """No longer near the start: what stands before the first record is kept whole until then."""


def _fed(
    path: Path, parser: Any, sniffed: SniffedDocument, decoded_from: str | None
) -> Iterator[_Fed]:
    with path.open("rb") as file:
        line_offset = skip_blank_start(file)
        pieces = iter(partial(file.read, _CHUNK_BYTES), b"")
        if decoded_from:
            pieces = in_utf8(pieces, decoded_from)
        piece = with_character_names(next(pieces, b""), sniffed)
        while piece:
            flaw = _flaw_after(partial(parser.feed, piece), parser)
            is_far = flaw is not None or file.tell() > _HEADER_BYTES
            yield _Fed(line_offset, flaw, is_far)
            piece = next(pieces, b"")
        yield _Fed(line_offset, _flaw_after(parser.close, parser), is_far=True)


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


def _flaw_after(step: Callable[[], None], parser: Any) -> Flaw | None:
    """What ends the document, or None.

    The log decides, not the exception: after some errors lxml raises nothing and takes the next
    chunk for the start of a new document, and it raises for an undeclared namespace prefix, by
    which nothing is lost.
    """
    raised: Flaw | None = None
    try:
        step()
    except etree.XMLSyntaxError as error:
        raised = Flaw(error.code, error.msg, error.lineno or 0)
    log = parser.feed_error_log
    for entry in log:
        if entry.level == etree.ErrorLevels.FATAL:
            return Flaw(entry.type, entry.message.strip(), entry.line)
    return None if len(log) else raised
