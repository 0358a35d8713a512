"""How an offer's values read on pages: filters of the offers' templates."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from babel import Locale, UnknownLocaleError
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.offers.targets import field_label
from webapp.views.labels.offers import type_word

_BRIEF = 120
# Of an item of a list, what people would call it by.
_TELLING = ("title", "plain", "url", "label", "amount")


def worded(codes: Sequence[str], words: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """The choices of a filter: each code with its word, or with itself made readable."""
    return [(code, str((words or {}).get(code) or type_word(code))) for code in codes]


def plain(price: Decimal | None) -> str | None:
    """As an input of numbers takes it: without exponent and thousands marks."""
    return None if price is None else f"{price:f}"


def decimal(amount: float | str) -> Decimal:
    return Decimal(str(amount))


def file_name(address: str) -> str:
    """The last part of an address, which is shorter than the whole and tells more."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return address
    return unquote(PurePosixPath(path).name) or address


def brief(value: object) -> str:
    """One side of a change, short enough for a line."""
    if isinstance(value, dict):
        text = next(
            (str(value[key]) for key in _TELLING if value.get(key)),
            ", ".join(f"{key}: {inner}" for key, inner in value.items()),
        )
    elif isinstance(value, list):
        text = ", ".join(str(item) for item in value)
    else:
        text = str(value)
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


def changed_field(field: str) -> str:
    """What changed, as the history names it: `texts.en` is the text in English."""
    head, _dot, item = field.partition(".")
    if head == "texts":
        return str(_("Text in %(language)s", language=language(item)))
    known = {"deals": _("Price"), "media": _("Picture or file"), "features": _("Feature")}
    if head in known:
        return str(known[head])
    label = field_label(field)
    return label[:1].upper() + label[1:]


def part_of_offer(name: str) -> str:
    """A field, or one of the lists, in the middle of a sentence."""
    lists = {
        "id": _("id"),
        "deals": _("price and deal"),
        "texts": _("texts"),
        "features": _("features"),
        "media": _("pictures and files"),
    }
    return str(lists[name] if name in lists else _(field_label(name)))


def language(code: str) -> str:
    """Its name in the language of the page; a code nobody knows stays as it is."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(get_locale() or "en")
    except (UnknownLocaleError, ValueError):
        name = None
    return name or code


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        worded=worded,
        plain=plain,
        decimal=decimal,
        file_name=file_name,
        brief=brief,
        changed_field=changed_field,
        language=language,
    )
