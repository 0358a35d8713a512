"""The filters of a list of deliveries, as its address or a form has them."""

from datetime import timedelta

from flask import request
from werkzeug.datastructures import MultiDict

from webapp.models import LARGEST_ID, DeliveryState, utc_now
from webapp.queries.delivery_filters import DeliveryFilters, first_since

# What one chooses of the time of arrival.
PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
_LONGEST = 300


def filters_of_address() -> DeliveryFilters:
    """Of a list that goes on; its period ends now."""
    period = PERIODS.get(request.args.get("period", ""))
    first = first_since(utc_now() - period) if period else 1
    return _filters(request.args, first, LARGEST_ID)


def filters_of_form() -> DeliveryFilters:
    """The very deliveries that a question counted."""
    return _filters(request.form, _id("first", 1), _id("last", LARGEST_ID))


def _filters(sent: MultiDict[str, str], first: int, last: int) -> DeliveryFilters:
    state = sent.get("state", "")
    return DeliveryFilters(
        state=state if state in tuple(DeliveryState) else "",
        cause=_words(sent, "cause"),
        search=_words(sent, "search"),
        first=first,
        last=last,
    )


def _words(sent: MultiDict[str, str], name: str) -> str:
    """PostgreSQL knows no NUL."""
    return sent.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _id(name: str, default: int) -> int:
    value = request.form.get(name, default, type=int)
    return min(max(value, 0), LARGEST_ID)
