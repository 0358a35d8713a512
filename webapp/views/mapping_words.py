"""What the parts of a mapping are called on pages."""

from flask import Flask
from flask_babel import gettext as _

from webapp.models import Mapping
from webapp.offers.targets import field_label

MOST_VERSIONS = 200


def mapping_part(part: str) -> str:
    """The label of a field, or of a part of the document."""
    if part.startswith("values."):
        return str(_("Values “%(table)s”", table=part.removeprefix("values.")))
    words = {
        "reading": _("How the file is read"),
        "id": _("Id of an offer"),
        "zone": _("Time zone"),
        "semantics": _("Everything or changes only"),
        "semantics_at": _("Where the file says whether it is everything"),
        "partial": _("Records hold only what changed"),
        "header": _("Values of the file’s header"),
        "withdrawn_when": _("When a record withdraws its offer"),
        "skip_when": _("Which records are left out"),
    }
    label = str(words.get(part) or _(field_label(part)))
    return label[:1].upper() + label[1:]


def earlier_versions(version: Mapping) -> list[tuple[int, str]]:
    """Of a version, those to compare it with, for a select."""
    newest = version.version - 1
    oldest = max(1, newest - MOST_VERSIONS + 1)
    return [
        (number, str(_("Version %(number)s", number=number)))
        for number in range(newest, oldest - 1, -1)
    ]


def register(app: Flask) -> None:
    app.template_filter("mapping_part")(mapping_part)
    app.template_filter("earlier_versions")(earlier_versions)
