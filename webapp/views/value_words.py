"""What tables of words and our codes are called on pages, and which code an answer names."""

from collections import Counter
from collections.abc import Iterable

from babel import Locale
from babel.numbers import get_currency_name
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.offers.enumerations import Enumeration
from webapp.offers.targets import field_label, target_of
from webapp.offers.transforms.words import folded
from webapp.views.labels.offers import DEALS, MEDIA_KINDS, PERIODS, type_word
from webapp.views.offer_words import language

CODE_WORDS = {**DEALS, **MEDIA_KINDS, **PERIODS, "true": _l("Yes"), "false": _l("No")}
NOTHING = "-"
"""As an answer: the word means nothing."""
MOST_IN_SELECT = 40
LONGEST_ANSWER = 200


class NotUnderstood(Exception):
    """The answer names no meaning that the word may have."""


def table_titles(tables: Iterable[Enumeration]) -> dict[str, str]:
    """By the fields that they fill; of several for the same field each says its own name too."""
    titles = {listed.table: _fields_title(listed.fields) for listed in tables}
    shared = Counter(titles.values())
    return {
        table: f"{title} ({table.replace('_', ' ')})" if shared[title] > 1 else title
        for table, title in titles.items()
    }


def _fields_title(fields: Iterable[str]) -> str:
    title = ", ".join(dict.fromkeys(str(_(field_label(field))) for field in fields))
    return title[:1].upper() + title[1:]


def code_word(listed: Enumeration, code: str) -> str:
    """Countries, languages and currencies with their code behind the name."""
    field = listed.fields[0]
    locale = Locale.parse(str(get_locale() or "en"))
    if field == "location.country":
        return f"{locale.territories.get(code, code)} ({code})"
    if field == "texts.lang":
        return f"{language(code)} ({code})"
    target = target_of(field)
    if target is not None and target.kind == "currency":
        return f"{get_currency_name(code, locale=locale)} ({code})"
    if not listed.codes or field.startswith(("energy.", "areas.")):
        return code
    return str(CODE_WORDS.get(code) or type_word(code))


def is_typed(listed: Enumeration) -> bool:
    """Whether there are too many meanings to choose from, or any."""
    return not 0 < len(listed.codes) <= MOST_IN_SELECT


def answered_code(listed: Enumeration, answer: str) -> str | None:
    """Our code, or None for a word that means nothing.

    :raise NotUnderstood: with a sentence for whoever typed it.
    """
    typed = " ".join(answer.split())
    if typed == NOTHING or folded(typed) == folded(_("Means nothing")):
        return None
    if not listed.codes:
        if len(typed) > LONGEST_ANSWER:
            raise NotUnderstood(_("This is too long: 200 characters at most."))
        return typed
    for code in listed.codes:
        if folded(typed) in (folded(code), folded(code_word(listed, code))):
            return code
    names = {folded(code_word(listed, code).rpartition(" (")[0]): code for code in listed.codes}
    if (named := names.get(folded(typed))) is not None:
        return named
    raise NotUnderstood(
        _("“%(typed)s” is none of the meanings it may have. Choose one.", typed=typed[:60])
    )


def register(app: Flask) -> None:
    app.jinja_env.filters.update(is_typed=is_typed)
    app.jinja_env.globals.update(code_word=code_word, NOTHING=NOTHING)
