"""Watches an XML parser for what ends a document: libxml2's log, and what an open record takes."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from jobs.formats.xml_errors import MOST_FLAWS, Flaw, Limit

MOST_BYTES = 32_000_000
MOST_PARTS = 500_000


class FlawWatch:
    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._seen = 0

    def after(self, step: Callable[[], None]) -> Flaw | None:
        """What ends the document, or None.

        The log decides, not the exception: after some errors lxml raises nothing and takes the
        next chunk for the start of a new document, and it raises for an undeclared namespace
        prefix, by which nothing is lost.
        """
        raised: Flaw | None = None
        try:
            step()
        except etree.XMLSyntaxError as error:
            raised = Flaw(error.code, error.msg, error.lineno or 0)
        log = self._parser.feed_error_log
        # By number: a walk of lxml's log begins with a copy of all of it.
        for entry in map(log.__getitem__, range(self._seen, len(log))):
            if entry.level == etree.ErrorLevels.FATAL:
                return Flaw(entry.type, entry.message.strip(), entry.line)
        self._seen = len(log)
        if self._seen > MOST_FLAWS:
            # The parser keeps every one of them.
            return Flaw(Limit.FLAWS, log[-1].message.strip(), log[-1].line)
        return None if self._seen else raised


class RecordRoom:
    """What has been read while one and the same element stayed open, as it is all in memory."""

    def __init__(self) -> None:
        self._open: Any = None
        self._bytes = self._parts = 0

    def flaw_after(self, piece: bytes, kept: Any) -> Flaw | None:
        """`kept`: the element that could not be freed after the piece; None before the root."""
        if kept is not self._open:
            self._open, self._bytes, self._parts = kept, 0, 0
            return None
        self._bytes += len(piece)
        # Elements, attributes and names of characters each cost far more than their letters.
        self._parts += sum(map(piece.count, (b"<", b"=", b"&")))
        if self._bytes <= MOST_BYTES and self._parts <= MOST_PARTS:
            return None
        return Flaw(Limit.RECORD, "", 1 if kept is None else kept.sourceline)
