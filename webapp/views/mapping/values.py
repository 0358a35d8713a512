"""A mapped value in a few words."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from webapp.views.filters import number
from webapp.views.labels.offers import type_word

LONGEST = 240
# Of numbers that are no amounts: 2,026 would be a strange year.
UNGROUPED = ("year_built",)
CODES = ("type", "status", "category", "condition", "deals.deal", "deals.period", "media.kind")


def value_words(field: str, value: Any) -> str:
    """ "" for nothing; `0` and no are something."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, int | float):
        if field in UNGROUPED or field.startswith("location."):
            return str(value)
        return number(Decimal(str(value))) + (" m²" if field.startswith("areas.") else "")
    if isinstance(value, dict):
        words = " · ".join(f"{key}: {value_words('', inner)}" for key, inner in value.items())
    elif isinstance(value, list):
        words = ", ".join(value_words("", inner) for inner in value)
    elif field in CODES:
        words = type_word(str(value))
    else:
        words = str(value)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
