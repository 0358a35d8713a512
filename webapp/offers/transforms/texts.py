"""Texts: trimmed, repaired when the vendor encoded them twice, and HTML reduced to safe tags."""

import html as entities
import re
from typing import Any, NamedTuple

import ftfy
import nh3

from webapp.offers.transforms.bad_value import BadValue

TEXT_LENGTH = 1_000
HTML_LENGTH = 100_000
TAGS = {"p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "h2", "h3", "h4", "blockquote"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# UTF-8 read as Latin-1 or windows-1252: a lead byte's letter before a continuation byte's.
TWICE_ENCODED = re.compile("[ÂÃÄÅÎÏÐÑØÙâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ã ")
LINE_ENDS = re.compile(r"<br ?/?>|</(?:p|li|h[2-4]|blockquote)>", re.IGNORECASE)
ANY_TAG = re.compile(r"<[^>]*>")
# What systems write into a field that nobody filled in.
UNFILLED = frozenset(
    (
        *("-", "--", "---", "–", "—", "n/a", "none", "null", "not specified", "not available"),
        *("k.a.", "k. a.", "keine angabe", "nicht angegeben", "no especificado", "sin especificar"),
        *("não informado", "não especificado", "endereço não informado", "non renseigné"),
        *("non précisé", "non specificato", "не указано", "не указан", "не указана"),
        *("не е посочено", "без адрес"),
    )
)
LONGEST_UNFILLED = max(map(len, UNFILLED))
SPACES = re.compile(r"[^\S\n]+")
BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


class RichText(NamedTuple):
    html: str
    plain: str


def text(value: Any, *, max_length: int = TEXT_LENGTH) -> str | None:
    """One line: white space collapsed, entities written out, control characters gone.

    :raise BadValue: bad_value, text_cut
    """
    line = " ".join(plain_string(value).split())
    if "&" in line and ";" in line:
        line = " ".join(_without_entities(line).split())
    if not line.isprintable():
        line = " ".join(CONTROL.sub("", line).split())
    if len(line) > max_length:
        raise BadValue("text_cut", kept=line[:max_length].rstrip(), limit=max_length)
    if len(line) <= LONGEST_UNFILLED and line.casefold() in UNFILLED:
        return None
    # A line of asterisks hides a text; of an empty line nothing is left either.
    return line if line.strip("*") else None


def repair(value: Any) -> Any:
    """Put right what was encoded twice, `Ã¼` for ü. Comes before anything that touches white
    space: half of a garbled letter may be a no-break space.

    :raise BadValue: repaired_text, garbled_text
    """
    if type(value) is not str or value.isascii():
        return value
    repaired = _encoded_once(value) if TWICE_ENCODED.search(value) else value
    if "\ufffd" in repaired:
        raise BadValue("garbled_text", kept=repaired)
    if repaired != value:
        raise BadValue("repaired_text", kept=repaired)
    return value


def html(value: Any) -> RichText | None:
    """Safe HTML and the same as plain text. Texts without tags keep their line breaks.

    :raise BadValue: bad_value, text_cut
    """
    if isinstance(value, RichText):
        return value
    source = plain_string(value).strip()
    if "&" in source and "<" not in source:
        source = _without_entities(source)
    if not source.isprintable():
        source = CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    rich = _tagged(source[:HTML_LENGTH]) if "<" in source else _untagged(source[:HTML_LENGTH])
    if len(source) > HTML_LENGTH:
        raise BadValue("text_cut", kept=rich, limit=HTML_LENGTH)
    return rich if rich.plain.strip("*") else None


def _encoded_once(value: str) -> str:
    try:
        # A text that was UTF-8 all through cannot come out right by chance.
        return value.encode("latin-1").decode()
    except UnicodeError:
        return str(ftfy.fix_encoding(value))


def upper(value: Any) -> str:
    """:raise BadValue: bad_value"""
    return plain_string(value).upper()


def lower(value: Any) -> str:
    """:raise BadValue: bad_value"""
    return plain_string(value).lower()


def plain_string(value: Any) -> str:
    """:raise BadValue: bad_value"""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue("bad_value")
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _without_entities(source: str) -> str:
    # Twice, for `&amp;#13;` and `&amp;amp;`.
    return entities.unescape(entities.unescape(source))


def _untagged(source: str) -> RichText:
    plain = _tidy(source)
    escaped = entities.escape(plain, quote=False) if "&" in plain or ">" in plain else plain
    return RichText(escaped.replace("\n", "<br>"), plain)


def _tagged(source: str) -> RichText:
    safe = nh3.clean(source, tags=TAGS, attributes={}).strip()
    return RichText(safe, _tidy(entities.unescape(ANY_TAG.sub("", LINE_ENDS.sub("\n", safe)))))


def _tidy(source: str) -> str:
    if "\n" not in source:
        return " ".join(source.split())
    lines = (line.strip() for line in SPACES.sub(" ", source).split("\n"))
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
