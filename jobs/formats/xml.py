"""Reads an XML feed record by record in flat memory; the hot path of every import."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from jobs.formats.facts import DocumentFacts
from jobs.formats.sniff import SniffedDocument, refuse_what_is_not_xml, sniff_document
from jobs.formats.xml_errors import Flaw, error_of_document
from jobs.formats.xml_record import XmlRecord, local_name
from webapp.offers.reading import Reading

_CHUNK_BYTES = 131_072
_COUNT_NAMES = frozenset(
    f"{noun}count" for noun in ("", "listing", "listings", "property", "properties", "offer")
) | {"offerscount", "recordcount", "recordscount", "anzahl"}


def read_xml(
    path: Path,
    reading: Reading,
    *,
    facts: DocumentFacts,
    ignore_paths: Sequence[str] = (),
) -> Iterator[XmlRecord]:
    """Yields every element at one of the record paths (`/root/property`; `*` is any name).

    Names match without their namespaces. Each record is valid until the next step. An error in
    the middle of the document is raised after all complete records before it were yielded.

    :raise PermanentError: no XML at all, or not well formed (`place` says line and record)
    """
    sniffed = sniff_document(path)
    refuse_what_is_not_xml(sniffed, path.name)
    paths = [record_path.strip("/").split("/") for record_path in reading.record_paths]
    last_names = {segments[-1] for segments in paths}
    are_named = len(last_names) > 1 or "*" in last_names
    facts.encoding = _encoding_of(sniffed)
    parser = _parser_for(sniffed, last_names)
    events = parser.read_events()
    root: Any = None
    container: Any = None
    names_in_container: set[str] = set()
    with path.open("rb") as file:
        line_offset = _skip_blank_start(file)
        at_end = False
        while not at_end:
            chunk = file.read(_CHUNK_BYTES)
            at_end = not chunk
            step = parser.close if at_end else partial(parser.feed, chunk)
            flaw = _flaw_after(step, parser)
            for kind, element in events:
                if kind == "start":
                    if root is None:
                        root = element
                    continue
                parent = element.getparent()
                if container is None or parent is not container:
                    if not any(_is_at(element, segments) for segments in paths):
                        continue
                    container = parent
                    names_in_container = {
                        segments[-1] for segments in paths if _is_at(parent, segments[:-1])
                    }
                elif names_in_container.isdisjoint((local_name(element.tag), "*")):
                    continue
                if not facts.root:
                    _note_document(facts, root)
                facts.records += 1
                line = element.sourceline + line_offset
                yield XmlRecord(element, facts.records, line, ignore_paths, is_named=are_named)
            if root is not None:
                if not facts.root:
                    _note_document(facts, root)
                _free_what_was_read(root, paths)
            if flaw is not None:
                raise error_of_document(flaw, line_offset, facts.records + 1, sniffed)
    facts.complete = True


def _parser_for(sniffed: SniffedDocument, names: set[str]) -> Any:
    # Entities stay what they are, and nothing but this file is ever opened.
    return etree.XMLPullParser(
        events=("start", "end"),
        tag=["{*}" + name for name in (*names, sniffed.root or "*")],
        # None leaves it to libxml2, which knows byte order marks and declarations.
        encoding="utf-8" if _declares_utf16_wrongly(sniffed) else None,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
    )


def _encoding_of(sniffed: SniffedDocument) -> str:
    if (sniffed.byte_encoding or "").startswith("utf-16"):
        return "UTF-16"
    if _declares_utf16_wrongly(sniffed):
        return "UTF-8"
    return sniffed.declared_encoding or "UTF-8"


def _declares_utf16_wrongly(sniffed: SniffedDocument) -> bool:
    """.NET programs declare UTF-16 and then write UTF-8."""
    declared = (sniffed.declared_encoding or "").lower()
    return declared.startswith("utf-16") and sniffed.byte_encoding in (None, "utf-8-sig")


def _skip_blank_start(file: Any) -> int:
    """PHP scripts print blank lines before the XML declaration, where XML allows none.

    Leaves the file at the first byte that counts; returns the number of lines left out.
    """
    start = file.read(4096)
    kept = start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    skipped = start[: len(start) - len(kept)]
    file.seek(len(skipped))
    return int(skipped.count(b"\n"))


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


def _is_at(element: Any, segments: list[str]) -> bool:
    for segment in reversed(segments):
        if element is None or not _is_named(element, segment):
            return False
        element = element.getparent()
    return element is None


def _is_named(element: Any, segment: str) -> bool:
    tag = element.tag
    return isinstance(tag, str) and segment in ("*", local_name(tag))


def _free_what_was_read(root: Any, paths: list[list[str]]) -> None:
    """Keeps only the branch that may still be open, so that no document can fill the memory.

    The last element of each level may be open; the record among them is left whole.
    """
    node, depth = root, 1
    leading = [segments for segments in paths if _is_named(root, segments[0])]
    while len(node) and not any(len(segments) == depth for segments in leading):
        del node[:-1]
        node = node[-1]
        leading = [
            segments
            for segments in leading
            if len(segments) > depth and _is_named(node, segments[depth])
        ]
        depth += 1


def _note_document(facts: DocumentFacts, root: Any) -> None:
    facts.root = local_name(root.tag)
    facts.namespaces = {prefix or "": uri for prefix, uri in root.nsmap.items()}
    facts.declared_count = _declared_count(root)


def _declared_count(root: Any) -> int | None:
    """Some vendors say how many records follow: on the root element or in a leaf before them."""
    leaves = ((child.tag, child.text or "") for child in root.iterchildren("*") if not len(child))
    for name, value in (*root.items(), *leaves):
        plain = local_name(name).lower().replace("_", "").replace("-", "")
        if plain in _COUNT_NAMES and value.strip().isdecimal():
            return int(value)
    return None
