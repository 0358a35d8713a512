"""The dry run of a source that is being set up, and its activation."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import ScheduleKind, TrialKind
from webapp.offers.mapping_document import as_data
from webapp.schedules import in_words
from webapp.services import source_setup as service
from webapp.services.drafts import DraftMoved, draft_of
from webapp.services.source_setup import NotReady
from webapp.services.sources import schedule_of
from webapp.services.trials import latest_trial
from webapp.views.setup.blueprint import bp, next_step, source_in_setup
from webapp.views.setup.readiness import what_is_missing
from webapp.views.trial_progress import trial_progress


@bp.get("/sources/<int:id>/setup/dry-run")
@editors_only
def dry_run(id: int) -> ResponseReturnValue:
    source = source_in_setup(id)
    draft = draft_of(source)
    if draft is None:
        return redirect(next_step(source), 303)
    trial = latest_trial(source, TrialKind.DRY_RUN)
    return render_template(
        "setup/dry_run.html",
        source=source,
        at_step=draft.step,
        trial=trial,
        progress=trial_progress(trial) if trial else None,
        is_of_this_mapping=trial is not None and trial.document == as_data(draft.document),
        schedule=in_words(schedule_of(source)),
        is_manual=source.schedule_kind == ScheduleKind.MANUAL,
        blocked=what_is_missing(source, draft.document),
    )


@bp.post("/sources/<int:id>/setup/dry-run")
@editors_only
def start_dry_run(id: int) -> ResponseReturnValue:
    source = source_in_setup(id)
    try:
        service.try_draft(source, signed_in())
    except NotReady:
        return go_to(next_step(source))
    db.session.commit()
    return go_to(url_for("setup.dry_run", id=id))


@bp.post("/sources/<int:id>/setup/activate")
@editors_only
def activate(id: int) -> ResponseReturnValue:
    source = source_in_setup(id)
    draft = draft_of(source)
    if draft is None:
        flash(_("It has no mapping yet: say first what the feed is."), "error")
        return go_to(next_step(source))
    if what_is_missing(source, draft.document):
        return go_to(url_for("setup.dry_run", id=id))
    try:
        run = service.activate(source, request.form.get("at_step", 0, type=int), signed_in())
    except DraftMoved:
        flash(_("The mapping was changed meanwhile. Look at it again, then activate it."), "error")
        return go_to(url_for("setup.dry_run", id=id))
    db.session.commit()
    if run is None:
        words = _("%(name)s is set up. What came so far is applied now.", name=source.name)
        flash(words, "success")
        return go_to(url_for("sources.show", id=id))
    flash(_("%(name)s is set up. This is its first run.", name=source.name), "success")
    return go_to(url_for("runs.show", id=run.id))
