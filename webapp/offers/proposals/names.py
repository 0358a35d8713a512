"""The names vendors give their fields, cut into plain words: `PriceEUR`, `Wohnfläche (m²)`,
`title_en` and `Площадь, м2` say a unit, a currency or a language beside what they hold."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from webapp.offers.iso_codes import CURRENCY_SPELLINGS, LANGUAGE_SPELLINGS
from webapp.offers.transforms.currencies import currency_in

LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"(?<=[^\W\d_])(?=[A-ZА-Я][a-zà-ÿа-я])|(?<=[a-zà-ÿа-я])(?=[A-ZА-Я])")
SQUARE = re.compile(r"\b(m|м|ft|qm|mq)\s?2\b")
UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
SPECIAL = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "æ": "a", "ı": "i", "€": " eur ", "£": " gbp "}
)
MARKS = ("\u0306",)
"""What makes й of и and ў of у is part of the letter."""

# Written as in a name that was cut into words.
UNITS = {
    "m2": "m2",
    "м2": "m2",
    "sqm": "m2",
    "qm": "m2",
    "mq": "m2",
    "sq m": "m2",
    "kvm": "m2",
    "τμ": "m2",
    "τ μ": "m2",
    "mp": "m2",
    "кв м": "m2",
    "qm2": "m2",
    "metros cuadrados": "m2",
    "ft2": "sqft",
    "sqft": "sqft",
    "sq ft": "sqft",
    "square feet": "sqft",
    "acres": "acre",
    "acre": "acre",
    "ha": "ha",
    "hectares": "ha",
    "hektar": "ha",
    "га": "ha",
    "сот": "sotka",
    "соток": "sotka",
    "сотки": "sotka",
    "дка": "dka",
    "декара": "dka",
}
CURRENCY_NAMES = {
    word: code for word, code in CURRENCY_SPELLINGS.items() if word.isalpha() and len(word) > 1
} | {
    code.casefold(): code
    for code in (
        *("EUR", "USD", "GBP", "BGN", "RUB", "CHF", "BRL", "AED", "PLN", "CZK", "HUF", "TRY"),
        *("SEK", "NOK", "DKK", "RON"),
    )
}
LANGUAGE_NAMES = {
    code: code
    for code in [
        "en",
        "de",
        "es",
        "fr",
        "it",
        "pt",
        "ru",
        "bg",
        "nl",
        "pl",
        "ca",
        "uk",
        "ar",
        "zh",
        "sv",
        "cs",
        "ro",
        "tr",
        "el",
        "hu",
        "da",
        "fi",
        "nb",
        "sk",
        "hr",
        "sr",
        "he",
        "ja",
    ]
} | {
    **LANGUAGE_SPELLINGS,
    "deutsch": "de",
    "espanol": "es",
    "francais": "fr",
    "italiano": "it",
    "portugues": "pt",
    "английски": "en",
    "английский": "en",
    "анг": "en",
    "англ": "en",
    "русский": "ru",
    "руски": "ru",
    "немски": "de",
    "български": "bg",
    "catalan": "ca",
    "catala": "ca",
    "ingles": "en",
    "inglese": "en",
    "anglais": "en",
    "englisch": "en",
    "gb": "en",
}
NEUTRAL = frozenset(
    [
        "property",
        "listing",
        "offer",
        "object",
        "objekt",
        "immobilie",
        "immobilien",
        "inmueble",
        "imovel",
        "imoveis",
        "bien",
        "immobile",
        "estate",
        "real",
        "объект",
        "объекта",
        "объекты",
        "имот",
        "имота",
        "имоти",
        "num",
        "number",
        "nr",
        "nbr",
        "nb",
        "no",
        "n",
        "anzahl",
        "qtd",
        "count",
        "brutto",
        "value",
        "val",
        "field",
        "attr",
        "custom",
        "wp",
        "meta",
        "info",
        "data",
        "fave",
        "x",
        "the",
        "of",
        "de",
        "del",
        "la",
        "le",
        "du",
        "des",
        "d",
        "l",
        "da",
        "do",
        "di",
        "dell",
        "della",
        "der",
        "die",
        "das",
        "den",
        "и",
        "на",
        "в",
        "за",
        "im",
        "il",
        "el",
        "los",
        "las",
        "os",
        "as",
        "a",
        "у",
        "по",
        "с",
        "url",
        "fld",
        "prop",
        "col",
        "количество",
        "брой",
        "кол",
        "во",
    ]
)


@dataclass(frozen=True, slots=True)
class Name:
    words: tuple[str, ...]
    unit: str | None = None
    currency: str | None = None
    language: str | None = None

    @property
    def joined(self) -> str:
        return "".join(self.words)

    @property
    def is_a_language(self) -> bool:
        return not self.words and self.language is not None


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words without accents; `fuer` and `für` are the same."""
    spaced = CAMEL.sub(" ", text.lstrip("@#"))
    plain = _without_accents(spaced.translate(SPECIAL).casefold().translate(SPECIAL))
    plain = SQUARE.sub(r"\1SQ", plain.replace("_", " ").replace("m^2", "m2"))
    for spelled, short in UMLAUTS:
        plain = plain.replace(spelled, short)
    found = LETTERS_OR_DIGITS.findall(plain)
    return tuple(word.replace("SQ", "2") for word in found)


@lru_cache(maxsize=8192)
def name_of(key: str) -> Name:
    words = list(words_of(key))
    if " ".join(words) in UNITS:
        return Name(tuple(words), UNITS[" ".join(words)])
    unit = _taken(words, UNITS) if len(words) > 1 else None
    currency = _taken(words, CURRENCY_NAMES) if len(words) > 1 else None
    currency = currency or currency_in(key)
    language = None
    if len(words) > 2 and words[-2] in LANGUAGE_NAMES and len(words[-1]) == 2:
        language = LANGUAGE_NAMES[words[-2]]
        del words[-2:]
    elif words and words[-1] in LANGUAGE_NAMES:
        language = LANGUAGE_NAMES[words.pop()]
    elif len(words) > 1 and words[0] in LANGUAGE_NAMES and words[0] not in ("de", "el", "it"):
        language = LANGUAGE_NAMES[words.pop(0)]
    return Name(tuple(words), unit, currency, language)


def without_neutral(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in NEUTRAL and not word.isdigit())


def _taken(words: list[str], known: dict[str, str]) -> str | None:
    """The code of the last words that are known, which are removed unless nothing would stay."""
    for length in (2, 1):
        for start in range(len(words) - length, -1, -1):
            code = known.get(" ".join(words[start : start + length]))
            if code is not None and len(words) > length:
                del words[start : start + length]
                return code
    return None


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (sign for sign in decomposed if not unicodedata.combining(sign) or sign in MARKS)
    return unicodedata.normalize("NFC", "".join(kept))
