"""What the steps of the set-up share: their blueprint, and the source that is being set up."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import signed_in, source_or_404
from webapp.extensions import db
from webapp.models import MappingDraft, Source, SourceStatus, TrialKind
from webapp.services.trials import latest_trial
from webapp.services.webhooks import listens_only

bp = Blueprint("setup", __name__)


@bp.get("/sources/<int:id>/setup")
def go_on(id: int) -> ResponseReturnValue:
    """To the step that comes next; who may not take it is told who does."""
    source = source_in_setup(id)
    if not signed_in().can_edit:
        return render_template("setup/waiting.html", source=source)
    return redirect(next_step(source), 303)


def source_in_setup(id: int) -> Source:
    """:raise 404: it is another agency's; one that is set up is shown its own page instead."""
    source = source_or_404(id)
    if source.status != SourceStatus.SETUP:
        abort(redirect(url_for("sources.show", id=id), 303))
    return source


def source_in_force(id: int) -> Source:
    """:raise 404: it is another agency's; one that is being set up is shown its next step."""
    source = source_or_404(id)
    if source.status == SourceStatus.SETUP:
        abort(redirect(url_for("setup.go_on", id=id), 303))
    return source


def next_step(source: Source) -> str:
    if db.session.get(MappingDraft, source.id) is not None:
        tried = latest_trial(source, TrialKind.DRY_RUN)
        return url_for("setup.dry_run" if tried else "mapping.show", id=source.id)
    if latest_trial(source, TrialKind.LOOK) is not None:
        return url_for("setup.what", id=source.id)
    return url_for("webhook.show" if listens_only(source) else "setup.where", id=source.id)
