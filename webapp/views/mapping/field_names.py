"""The offer's fields as the studio groups and names them."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.offers.targets import LIST_TARGETS, TARGETS, ListTarget, field_label
from webapp.offers.used_paths import CONDITION, ID

# A prefix takes all fields below it.
_GROUPS: tuple[tuple[str, object, tuple[str, ...]], ...] = (
    (
        "basics",
        _l("Basics"),
        ("reference", "alternate_ids", "parent_id", "url", "status", "category", "type", "subtype"),
    ),
    ("deals", _l("Price"), ()),
    ("place", _l("Place"), ("location.",)),
    ("areas", _l("Areas"), ("areas.",)),
    (
        "rooms",
        _l("Rooms and building"),
        (
            *("rooms", "bedrooms", "bathrooms", "floor", "floors_total", "parking"),
            *("year_built", "condition", "construction", "new_build"),
        ),
    ),
    ("energy", _l("Energy"), ("energy.",)),
    ("texts", _l("Texts"), ()),
    ("features", _l("Features"), ()),
    ("media", _l("Pictures and files"), ()),
    ("contact", _l("Contact"), ("contact.",)),
    (
        "dates",
        _l("Dates"),
        ("source_created_at", "source_updated_at", "available_from", "expires_at"),
    ),
)
_ITEMS: dict[ListTarget, object] = {
    "deals": _l("Price"),
    "texts": _l("Text"),
    "features": _l("Feature"),
    "media": _l("Picture or file"),
}
LISTS: dict[str, ListTarget] = {name: name for name in LIST_TARGETS}


def groups() -> Iterator[tuple[str, str, list[str]]]:
    """Names, titles and plain fields; the fields of lists are their blocks'."""
    for name, title, members in _GROUPS:
        fields = [
            field
            for member in members
            for field in TARGETS
            if field == member or (member.endswith(".") and field.startswith(member))
        ]
        yield name, str(title), fields


def item_title(name: ListTarget, number: int) -> str:
    return f"{_ITEMS[name]} {number + 1}"


def label(field: str) -> str:
    words = str(_(field_label(field)))
    return words[:1].upper() + words[1:]


def place_label(place: str) -> str:
    """Of `deals.0.amount`: Price; of a list's second block its number as well."""
    if place == ID:
        return str(_("Id"))
    if place == CONDITION:
        return str(_("Condition"))
    name, _dot, rest = place.partition(".")
    number, _dot, field = rest.partition(".")
    if name in LISTS and field:
        words = label(f"{name}.{field}")
        return f"{words} {int(number) + 1}" if number.isdecimal() and number != "0" else words
    return label(place)
