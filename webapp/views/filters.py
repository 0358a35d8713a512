"""How values read on pages: the filters and globals that templates use.

Lists write the same values over and over, so what Babel makes of each is remembered.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from math import floor
from urllib.parse import urlencode

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal, get_currency_symbol
from flask import Flask, request
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.models import utc_now

_REMEMBERED = 8_192
_KILO = 1000
_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB")


def number(value: float | Decimal | str | None) -> str:
    """With thousands separated; words (such as "10,000+") pass as they are."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else _figure(value)


def byte_size(value: int | None) -> str:
    if value is None:
        return "–"
    size = float(value)
    unit = 0
    while size >= _KILO and unit < len(_BYTE_UNITS) - 1:
        size /= _KILO
        unit += 1
    digits = "#,##0.#" if unit > 0 and size < 100 else "#,##0"
    return f"{_figure(size, digits)} {_BYTE_UNITS[unit]}"


def duration(seconds: float | None) -> str:
    """0.42 s, 12 s, 3 min 5 s, 2 h 10 min."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{_figure(seconds, '0.##')} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{_figure(whole // 3600)} h {whole % 3600 // 60} min"


def share(value: float) -> str:
    """Of one, in percent: 0.4 %, 12 %; a share that is not nothing is never 0."""
    percent = value * 100
    if 0 < percent < 0.1:
        return f"< {_figure(0.1, '0.0')} %"
    return f"{_figure(percent, '0.0' if percent < 1 else '0')} %"


def money(amount: Decimal | None, currency: str | None) -> str:
    """Whole units without decimals; an amount without a currency stays a bare number."""
    if amount is None:
        return "–"
    digits = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    figure = _figure(amount, digits)
    if not currency:
        return figure
    symbol = get_currency_symbol(currency, locale=get_locale())
    # A code as the symbol stands apart from the figure: €250,000 but 250,000 BGN.
    return f"{figure}\u00a0{symbol}" if symbol.isalpha() else f"{symbol}{figure}"


def ago(moment: datetime) -> str:
    """3 minutes ago, in 2 hours; "just now" within five seconds."""
    seconds = (moment - utc_now()).total_seconds()
    if abs(seconds) < 5:
        return str(_("just now"))
    return _distance(floor(seconds), get_locale())


def absolute(moment: datetime) -> str:
    return _moment(moment.replace(microsecond=0), get_locale())


def _figure(value: float | Decimal, digits: str | None = None) -> str:
    return _localised(value, digits, get_locale())


@lru_cache(maxsize=_REMEMBERED)
def _localised(value: float | Decimal, digits: str | None, locale: Locale) -> str:
    return format_decimal(value, format=digits, locale=locale)


@lru_cache(maxsize=_REMEMBERED)
def _distance(seconds: int, locale: Locale) -> str:
    return format_timedelta(seconds, add_direction=True, threshold=1.2, locale=locale)


@lru_cache(maxsize=_REMEMBERED)
def _moment(moment: datetime, locale: Locale) -> str:
    words = format_datetime(moment, "d MMM yyyy HH:mm:ss", tzinfo=UTC, locale=locale)
    return f"{words} UTC"


def sparkline_points(values: Sequence[float], width: int, height: int) -> str:
    """The points of an SVG line over the values, scaled so that zero is the bottom edge."""
    if len(values) < 2:
        return ""
    top = max(max(values), 1)
    step = width / (len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{height - 1 - value / top * (height - 2):.1f}"
        for index, value in enumerate(values)
    )


def here(**changes: str | int | None) -> str:
    """The address of this page with some query parameters changed (None: left out)."""
    parameters = request.args.copy()
    for name, value in changes.items():
        if value is None:
            parameters.poplist(name)
        else:
            parameters[name] = str(value)
    query = urlencode(list(parameters.items(multi=True)))
    return f"{request.path}?{query}" if query else request.path


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number,
        bytes=byte_size,
        duration=duration,
        money=money,
        share=share,
        ago=ago,
        moment=absolute,
        sparkline_points=sparkline_points,
    )
    app.jinja_env.globals["here"] = here
