"""The steps of a source's set-up and the tabs of its pages, for the head of each."""

from flask import Flask, url_for
from flask_babel import gettext as _

from webapp.access import signed_in
from webapp.extensions import db
from webapp.models import MappingDraft, Source, TrialKind
from webapp.queries.deliveries import has_deliveries
from webapp.services.trials import latest_trial
from webapp.services.webhooks import listens_only, webhook_of

Entry = tuple[str, str, str | None]
"""A name, its words, and the address; None for a step that can't be taken yet."""


def setup_steps(source: Source) -> list[Entry]:
    has_draft = db.session.get(MappingDraft, source.id) is not None
    is_looked_at = has_draft or latest_trial(source, TrialKind.LOOK) is not None

    where = "webhook.show" if listens_only(source) else "setup.where"

    def step(endpoint: str, is_open: bool) -> str | None:
        return url_for(endpoint, id=source.id) if is_open else None

    return [
        ("where", _("Where"), step(where, True)),
        ("what", _("What"), step("setup.what", is_looked_at)),
        ("mapping", _("Mapping"), step("mapping.show", has_draft)),
        ("values", _("Values"), step("values.show", has_draft)),
        ("how", _("When and how"), step("setup.how", has_draft)),
        ("dry-run", _("Dry run"), step("setup.dry_run", has_draft)),
    ]


def source_tabs(source: Source) -> list[Entry]:
    deliveries = ("deliveries", _("Deliveries"), url_for("deliveries.index", id=source.id))
    settings = ("settings", _("Settings"), url_for("sources.edit", id=source.id))
    return [
        ("overview", _("Overview"), url_for("sources.show", id=source.id)),
        ("offers", _("Offers"), url_for("sources.offers", id=source.id)),
        *([deliveries] if has_deliveries(source) else []),
        ("issues", _("Issues"), url_for("sources.problems", id=source.id)),
        ("mapping", _("Mapping"), url_for("mapping.show", id=source.id)),
        ("values", _("Values"), url_for("values.show", id=source.id)),
        *([settings] if signed_in().can_edit else []),
        ("activity", _("Activity"), url_for("activity.show", id=source.id)),
    ]


def register(app: Flask) -> None:
    app.template_filter("setup_steps")(setup_steps)
    app.template_filter("webhook_of")(webhook_of)
    app.template_filter("listens_only")(listens_only)
    app.template_filter("source_tabs")(source_tabs)
