"""What is being tried with a source: its progress, asked for every second, and its end."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, signed_in, trial_or_404
from webapp.extensions import db
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.models import SourceStatus, Trial, TrialKind
from webapp.services.trials import cancel_trial
from webapp.views.trial_progress import trial_progress

bp = Blueprint("trials", __name__)


@bp.get("/trials/<int:id>")
def show(id: int) -> ResponseReturnValue:
    return redirect(page_of(trial_or_404(id)), 303)


@bp.get("/trials/<int:id>/progress")
def progress(id: int) -> ResponseReturnValue:
    """The live region; once the trial is over, the page that shows what came of it."""
    trial = trial_or_404(id)
    if not trial.is_open or not wants_fragment():
        return go_to(page_of(trial))
    html = render_template("trials/_progress.html", trial=trial, progress=trial_progress(trial))
    return fragment(html)


@bp.post("/trials/<int:id>/cancel")
@editors_only
def cancel(id: int) -> ResponseReturnValue:
    trial = trial_or_404(id)
    if cancel_trial(trial):
        db.session.commit()
        flash(_("It is stopped. Nothing was changed."), "success")
    return go_to(page_of(trial))


def page_of(trial: Trial) -> str:
    if not signed_in().can_edit:
        return url_for("mapping.show", id=trial.source_id)
    if trial.source.status != SourceStatus.SETUP:
        return url_for("mapping.save", id=trial.source_id)
    step = "setup.what" if trial.kind == TrialKind.LOOK else "setup.dry_run"
    return url_for(step, id=trial.source_id)
