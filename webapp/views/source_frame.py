"""The steps of a source's set-up and the tabs of its pages, for the head of each."""

from flask import Flask, url_for
from flask_babel import gettext as _

from webapp.models import Source

Entry = tuple[str, str, str | None]
"""A name, its words, and the address; None for a step that can't be taken yet."""


def setup_steps(source: Source) -> list[Entry]:
    return [
        ("where", _("Where"), url_for("setup.where", id=source.id)),
        ("what", _("What"), url_for("setup.what", id=source.id)),
        ("mapping", _("Mapping"), url_for("mapping.show", id=source.id)),
        ("values", _("Values"), url_for("values.show", id=source.id)),
        ("how", _("When and how"), url_for("setup.how", id=source.id)),
        ("dry-run", _("Dry run"), url_for("setup.dry_run", id=source.id)),
    ]


def source_tabs(source: Source) -> list[Entry]:
    return [
        ("overview", _("Overview"), url_for("sources.show", id=source.id)),
        ("offers", _("Offers"), url_for("offers.index", source=source.id)),
        ("issues", _("Issues"), url_for("sources.problems", id=source.id)),
        ("mapping", _("Mapping"), url_for("mapping.show", id=source.id)),
        ("values", _("Values"), url_for("values.show", id=source.id)),
        ("settings", _("Settings"), url_for("sources.edit", id=source.id)),
        ("activity", _("Activity"), url_for("activity.show", id=source.id)),
    ]


def register(app: Flask) -> None:
    app.template_filter("setup_steps")(setup_steps)
    app.template_filter("source_tabs")(source_tabs)
