"""Putting a draft in force: what it does otherwise than the version before, a dry run over the
stored records, and the next version."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import editors_only, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Source, SourceStatus, TrialKind
from webapp.offers.mapping_changes import mapping_changes
from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.required_fields import unfilled_fields
from webapp.queries.mappings import live_offers
from webapp.services.audit import note
from webapp.services.drafts import Draft, DraftMoved, draft_of, save_draft
from webapp.services.mappings import document_in_force, needs_reading
from webapp.services.trials import latest_trial, start_trial
from webapp.views.filters import number
from webapp.views.mapping.blueprint import bp
from webapp.views.mapping.editing import moved_page
from webapp.views.mapping.page import Studio
from webapp.views.trial_progress import trial_progress


@bp.route("/sources/<int:id>/mapping/save", methods=["GET", "POST"])
@editors_only
def save(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    draft = _draft_to_save(source)
    if draft is None:
        return redirect(url_for("mapping.show", id=id), 303)
    if request.method == "GET" or unfilled_fields(draft.document):
        status = 200 if request.method == "GET" else 422
        return render_template("mapping/save.html", **_page(source, draft)), status
    before, changes = source.mapping, mapping_changes(_in_force(source), draft.document)
    try:
        mapping, run = save_draft(source, request.form.get("at_step", 0, type=int), signed_in())
    except DraftMoved as moved:
        return moved_page(Studio(source), moved)
    versions = {"version": mapping.version, "before": before.version if before else None}
    note("mapping_saved", source, signed_in(), **versions, changes=len(changes))
    db.session.commit()
    if run is None:
        flash(_in_force_later(source, mapping.version), "success")
        return go_to(url_for("mapping.show", id=id))
    flash(_("Version %(version)s is in force.", version=mapping.version), "success")
    return go_to(url_for("runs.show", id=run.id))


@bp.post("/sources/<int:id>/mapping/try")
@editors_only
def try_draft(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    draft = _draft_to_save(source)
    if draft is None:
        return go_to(url_for("mapping.show", id=id))
    kind = _trial_kind(source, draft)
    start_trial(source, kind, signed_in(), document=draft.document)
    db.session.commit()
    return go_to(url_for("mapping.save", id=id))


def _page(source: Source, draft: Draft) -> dict[str, object]:
    before = _in_force(source)
    trial = latest_trial(source, _trial_kind(source, draft))
    if trial is not None and trial.document != as_data(draft.document):
        trial = None
    offers = live_offers(source)
    return {
        "source": source,
        "draft": draft,
        "changes": mapping_changes(before, draft.document),
        "is_different": as_data(before) != as_data(draft.document),
        "version": (source.mapping.version if source.mapping else 0) + 1,
        "reads_again": needs_reading(before, draft.document),
        "offers": offers,
        "offers_words": ngettext(
            "One offer is mapped again", "%(count)s offers are mapped again", offers,
            count=number(offers),
        ),
        "missing": unfilled_fields(draft.document),
        "trial": trial,
        "progress": trial_progress(trial) if trial else None,
    }  # fmt: skip


def _draft_to_save(source: Source) -> Draft | None:
    """None as well while it is being set up: there the dry run and activation do it."""
    if source.status == SourceStatus.SETUP or source.mapping is None:
        return None
    return draft_of(source)


def _trial_kind(source: Source, draft: Draft) -> TrialKind:
    """Over the stored records, unless they have to be read from the feed again."""
    again = needs_reading(_in_force(source), draft.document)
    return TrialKind.DRY_RUN if again else TrialKind.DRY_REMAP


def _in_force_later(source: Source, version: int) -> str:
    """Of a version that no run applies at once."""
    if source.remap_due is None:
        return str(
            _("Version %(version)s is in force: the next file is read with it.", version=version)
        )
    return str(
        _(
            "Version %(version)s is in force. A run is under way: after it the offers are mapped "
            "again.",
            version=version,
        )
    )


def _in_force(source: Source) -> MappingDocument:
    in_force = document_in_force(source)
    assert in_force is not None
    return in_force
