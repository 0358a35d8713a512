"""Says in plain words what is wrong with an XML document, from libxml2's error codes."""

from enum import IntEnum
from typing import NamedTuple

from lxml import etree

from jobs.errors import PermanentError
from jobs.formats.sniff import SniffedDocument


class Flaw(NamedTuple):
    """Where libxml2 gave up: its error number, its words, the line in what it was fed."""

    number: int
    said: str
    line: int


class Limit(IntEnum):
    """Our own, beside libxml2's numbers."""

    FLAWS = -1
    RECORD = -2


MOST_FLAWS = 1_000_000
_KEPT = "The offers before this place were read; nothing was withdrawn."
_ASK_ESCAPED = f"Ask the vendor to escape it as XML asks for. {_KEPT}"
_ASK_WHOLE = f"Ask the vendor whether the export finished. {_KEPT}"

_Codes = etree.ErrorTypes
_WORDS: dict[int, tuple[str, str, str]] = {
    _Codes.ERR_NAME_REQUIRED: (
        "not_well_formed",
        "a “&” or “<” stands in the text as it is; it must be written “&amp;” or “&lt;”",
        _ASK_ESCAPED,
    ),
    _Codes.ERR_ENTITYREF_SEMICOL_MISSING: (
        "not_well_formed",
        "a “&” stands in the text as it is, often in a link; it must be written “&amp;”",
        _ASK_ESCAPED,
    ),
    _Codes.ERR_UNDECLARED_ENTITY: (
        "not_well_formed",
        "it uses a name like “&nbsp;” that XML does not know",
        f"Ask the vendor to write such characters directly. {_KEPT}",
    ),
    _Codes.ERR_TAG_NOT_FINISHED: (
        "not_well_formed",
        "the file ends before its last element is closed, so a part is missing",
        _ASK_WHOLE,
    ),
    _Codes.ERR_GT_REQUIRED: (
        "not_well_formed",
        "an element breaks off before its “>”, as when the file was cut",
        _ASK_WHOLE,
    ),
    _Codes.ERR_TAG_NAME_MISMATCH: (
        "not_well_formed",
        "an element is closed by the end of another one",
        f"Ask the vendor to repair the export. {_KEPT}",
    ),
    _Codes.ERR_INVALID_CHAR: (
        "not_well_formed",
        "it holds a control character that XML forbids",
        f"Ask the vendor to remove it from the text at this place. {_KEPT}",
    ),
    _Codes.ERR_DOCUMENT_END: (
        "not_well_formed",
        "more text follows after the end of the document",
        f"Ask the vendor what the export prints after its last element. {_KEPT}",
    ),
    _Codes.ERR_DOCUMENT_EMPTY: (
        "not_well_formed",
        "no element was found in it",
        "Ask the vendor why the export is empty. Nothing was withdrawn.",
    ),
    _Codes.ERR_INVALID_ENCODING: (
        "wrong_encoding",
        "its letters are not in the encoding that it names",
        f"Ask the vendor to correct the encoding in the first line. {_KEPT}",
    ),
    _Codes.ERR_UNSUPPORTED_ENCODING: (
        "wrong_encoding",
        "it names an encoding that does not exist",
        f"Ask the vendor to correct the encoding in the first line. {_KEPT}",
    ),
    _Codes.ERR_ENTITY_LOOP: (
        "entity_bomb",
        "its entities refer to themselves without end, which is how attacks look",
        "Do not read this address again before the vendor explains it. Nothing was withdrawn.",
    ),
}
_BOMB = (
    "entity_bomb",
    "its entities grow far beyond the size of the file, which is how attacks look",
    "Do not read this address again before the vendor explains it. Nothing was withdrawn.",
)
_TOO_DEEP = (
    "too_deep",
    "its elements are nested more than 255 levels deep",
    f"Ask the vendor to repair the export. {_KEPT}",
)
_TOO_LARGE = (
    "value_too_large",
    "a single text in it is larger than 10 MB",
    f"Ask the vendor to send such content as a link. {_KEPT}",
)
_TOO_MANY_FLAWS = (
    "not_well_formed",
    f"it breaks the rules of XML more than {MOST_FLAWS:,} times, at last by “{{said}}”",
    f"Ask the vendor to repair the export. {_KEPT}",
)
_RECORD_TOO_LARGE = (
    "record_too_large",
    "a single record in it is far too large: it goes on for more than 32 MB, or in more than "
    "500,000 parts",
    "Check in the source's format which element is one offer, or ask the vendor whether the export "
    f"closes its elements. {_KEPT}",
)


def error_of_document(
    flaw: Flaw, line_offset: int, record: int, sniffed: SniffedDocument
) -> PermanentError:
    """`record` is the position that was being read."""
    code, reason, hint = _words_for(flaw)
    if code == "wrong_encoding":
        reason += f" ({sniffed.declared_encoding or 'UTF-8, as none is given'})"
    return PermanentError(
        code,
        f"The feed cannot be read to its end: {reason}.",
        hint,
        place=f"line {flaw.line + line_offset}, record {record}",
    )


def _words_for(flaw: Flaw) -> tuple[str, str, str]:
    if flaw.number == Limit.RECORD:
        return _RECORD_TOO_LARGE
    if flaw.number == Limit.FLAWS:
        code, reason, hint = _TOO_MANY_FLAWS
        return code, reason.format(said=flaw.said), hint
    if "amplification" in flaw.said:
        return _BOMB
    if "Excessive depth" in flaw.said:
        return _TOO_DEEP
    if flaw.number == _Codes.ERR_RESOURCE_LIMIT or flaw.said.endswith("too big found"):
        return _TOO_LARGE
    fallback = (
        "not_well_formed",
        f"it is not well-formed XML ({flaw.said})",
        f"Ask the vendor to repair the export. {_KEPT}",
    )
    return _WORDS.get(flaw.number, fallback)
