"""What kind of value one cell or leaf seems to be, from the value alone."""

import re
from typing import Literal

from webapp.offers.iso_codes import COUNTRIES, CURRENCIES, CURRENCY_SPELLINGS, LANGUAGES
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.dates import Order, date
from webapp.offers.transforms.units import unit_of
from webapp.offers.transforms.words import NO, YES

Guess = Literal[
    "integer",
    "decimal",
    "price",
    "currency",
    "country",
    "date",
    "boolean",
    "url",
    "image",
    "email",
    "phone",
    "language",
    "point",
    "html",
    "text",
    "code",
]

URL = re.compile(r"(?:https?:)?//[^\s]+|www\.[^\s]+\.[^\s]+", re.IGNORECASE)
IMAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|tiff?|avif|heic)(?:[?#&!].*)?$"
    r"|/(?:images?|photos?|fotos?|img|bilder|immagini|snimki|media|gallery|pictures?)/[^\s]*$",
    re.IGNORECASE,
)
FILE = re.compile(r"[^\s/\\:?*]+\.(?:jpe?g|png|gif|webp|bmp|tiff?)", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
DECIMAL = re.compile(r"[-+]?[0-9]{1,12}[.,][0-9]{1,12}")
GROUPED = re.compile(r"[0-9]{1,3}(?:[.,'’\s][0-9]{3})+(?:[.,][0-9]{1,2})?(?:,-)?")
CURRENCY = (
    r"(?:[€$£₽₺₴₸₹₪]|\b(?:eur|euros?|usd|gbp|pln|zł|chf|sfr|bgn|лв|лева|руб|рублей|р|грн|czk|kč|kr|sek"
    r"|nok|dkk|try|tl|lei|ron|ft|huf|aed|brl)\b)"
)
MONEY = re.compile(
    r"(?:(?:[a-z]{3}|us\$|r\$|kr\.?|[€$£₽₺])\s*)?[0-9][0-9.,'’\s]*(?:,[-–])?"
    rf"(?:\s*(?:[a-z]{{3}}|r\$|тыс\.?|тг|{CURRENCY}\.?))?",
    re.IGNORECASE,
)
MONEY_AND_WORDS = re.compile(
    r"(?:ab |от |от|from |dès |desde |od |vanaf |fra |från )?"
    rf"(?:{CURRENCY}\s*[0-9][0-9.,'’\s]*|[0-9][0-9.,'’\s]*{CURRENCY})[^0-9]{{0,30}}",
    re.IGNORECASE,
)
UNIT = re.compile(r"[0-9][0-9.,\s]*?\s*(?P<unit>[^\W\d][\w²/. ]{0,20})")
PHONE = re.compile(r"(?:\+|00|\(?0)[0-9 ()./-]{6,22}[0-9]|\+?[0-9]{1,4}(?:[ ()./-]+[0-9]{2,}){2,}")
POINT = re.compile(r"-?[0-9]{1,3}\.[0-9]{2,}\s*[,;| ]\s*-?[0-9]{1,3}\.[0-9]{2,}")
TAG = re.compile(r"</?(?:p|br|b|strong|ul|li|div|span|em|i|h[1-6])\b[^>]*>|&lt;", re.IGNORECASE)
CODE = re.compile(r"(?=.*[0-9])[\w][\w./#-]{0,59}")
COMPACT_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:[0-9]{6})?")
MONTHS = re.compile(
    r"(?:[a-z]{3},? )?[0-9]{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r" [0-9]{4}.*",
    re.IGNORECASE,
)
AFTER_A_DATE = re.compile(r"\s*г(?:од|одина)?\.?$")
"""Russian and Bulgarian dates end with the word for year."""
EPOCH_MILLISECONDS = range(600_000_000_000, 4_000_000_000_000)
DATE_LIKE = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}(?:[T ,-].*)?")


def guesses(value: object) -> frozenset[Guess]:
    """All kinds that the value may be; empty for what is no single value."""
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int) and value in EPOCH_MILLISECONDS:
        return frozenset({"integer", "date"})
    if isinstance(value, int):
        return frozenset({"integer", "boolean"} if value in (0, 1) else {"integer"})
    if isinstance(value, float):
        return frozenset({"integer"} if value.is_integer() else {"decimal"})
    if not isinstance(value, str):
        return frozenset()
    return _of_text(value.strip())


def parts_of(text: str) -> tuple[str, list[str]]:
    """The separator of several addresses in one cell, and the addresses; "" when it is one."""
    starts = len(re.findall(r"https?://", text))
    for separator in (";", "|", ",", "\n", " "):
        parts = [part.strip() for part in text.split(separator) if part.strip()]
        if len(parts) > 1 and (starts == len(parts) or all(map(FILE.fullmatch, parts))):
            return separator, parts
    return "", [text]


def _of_text(text: str) -> frozenset[Guess]:
    first = parts_of(text)[1][0]
    if URL.fullmatch(first):
        return frozenset({"url", "image"} if IMAGE.search(first) else {"url"})
    if len(text) > 120:
        return frozenset({"text", "html"} if TAG.search(text) else {"text"})
    if FILE.fullmatch(first):
        return frozenset({"image"})
    if EMAIL.fullmatch(text):
        return frozenset({"email"})
    found = _words(text) | _numbers(text)
    if not found or found == {"code"}:
        found.add("text")
        if TAG.search(text):
            found.add("html")
    return frozenset(found)


def _words(text: str) -> set[Guess]:
    found: set[Guess] = set()
    folded = text.casefold()
    if folded in YES or folded in NO:
        found.add("boolean")
    if text.upper() in CURRENCIES or folded in CURRENCY_SPELLINGS:
        found.add("currency")
    if text.upper() in COUNTRIES:
        found.add("country")
    if re.split(r"[-_]", folded)[0] in LANGUAGES and len(text) <= 5:
        found.add("language")
    if CODE.fullmatch(text):
        found.add("code")
    return found


def _numbers(text: str) -> set[Guess]:
    found: set[Guess] = set()
    if _is_date(text):
        found.add("date")
    if INTEGER.fullmatch(text):
        found.add("integer")
    elif DECIMAL.fullmatch(text):
        found.add("decimal")
    elif POINT.fullmatch(text):
        found.add("point")
    elif (measured := UNIT.fullmatch(text)) and unit_of(measured["unit"]):
        found.add("decimal")
    elif "date" not in found and (
        GROUPED.fullmatch(text)
        or MONEY_AND_WORDS.fullmatch(text)
        or (MONEY.fullmatch(text) and any(map(str.isdigit, text)))
    ):
        found.add("price")
    if PHONE.fullmatch(text) and "date" not in found and 7 <= sum(map(str.isdigit, text)) <= 15:
        found.add("phone")
    return found


def _is_date(text: str) -> bool:
    text = AFTER_A_DATE.sub("", text)
    if COMPACT_DATE.fullmatch(text) or MONTHS.fullmatch(text):
        return True
    if not DATE_LIKE.fullmatch(text):
        return False
    return is_date_in(text, "day_first") or is_date_in(text, "month_first")


def is_date_in(text: str, order: Order) -> bool:
    try:
        return date(text, order=order) is not None
    except BadValue:
        return False
