"""What a person decides about a run: cancelling it, its removals, a file unlike those before."""

from collections.abc import Callable

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import editors_only, run_or_404, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Run, RunState, User
from webapp.queries import runs as queries
from webapp.services import drifts
from webapp.services import runs as service
from webapp.services.runs import NothingToDecide, RunAlreadyOpen
from webapp.views.run_files import file_of_mark
from webapp.views.runs.blueprint import bp


@bp.route("/runs/<int:id>/cancel", methods=["GET", "POST"])
@editors_only
def cancel(id: int) -> ResponseReturnValue:
    run = run_or_404(id)
    if request.method == "GET":
        return render_template("runs/cancel.html", run=run)
    if service.cancel_run(run, signed_in()):
        db.session.commit()
        flash(_("Run %(id)s is cancelled. What it applied before stays.", id=id), "success")
    else:
        flash(_("Run %(id)s was over already.", id=id), "info")
    return go_to(url_for("runs.show", id=id))


@bp.route("/runs/<int:id>/withdraw", methods=["GET", "POST"])
@editors_only
def withdraw(id: int) -> ResponseReturnValue:
    """Approve the removals of a held run."""
    run = run_or_404(id)
    count = queries.removal_count(run)
    if request.method == "GET":
        return render_template("runs/withdraw.html", run=run, count=count)
    done = ngettext("%(num)d offer is withdrawn.", "%(num)d offers are withdrawn.", count)
    return _decide(run, service.approve_removals, done)


@bp.route("/runs/<int:id>/discard", methods=["GET", "POST"])
@editors_only
def discard(id: int) -> ResponseReturnValue:
    """Leave the offers on a held run's list as they are."""
    run = run_or_404(id)
    if request.method == "GET":
        return render_template("runs/discard.html", run=run, count=queries.removal_count(run))
    return _decide(run, service.discard_removals, _("The list is discarded. Nothing is withdrawn."))


@bp.route("/runs/<int:id>/read-anyway", methods=["GET", "POST"])
@editors_only
def read_anyway(id: int) -> ResponseReturnValue:
    """Read a held file although it is of another kind than those before."""
    run = run_or_404(id)
    if request.method == "GET":
        is_open = run.state == RunState.HELD and drifts.may_be_read(run)
        return render_template("runs/read_anyway.html", run=run, is_open=is_open)
    try:
        following = drifts.read_anyway(run, signed_in())
    except NothingToDecide:
        flash(_("This run doesn’t wait for a decision any more."), "info")
        return go_to(url_for("runs.show", id=id))
    except RunAlreadyOpen as already:
        flash(_("The source is being read already, by this run. Decide once it is over."), "info")
        return go_to(url_for("runs.show", id=already.run.id))
    db.session.commit()
    flash(_("The file is read as it is, by this run."), "success")
    return go_to(url_for("runs.show", id=following.id))


@bp.route("/runs/<int:id>/leave", methods=["GET", "POST"])
@editors_only
def leave(id: int) -> ResponseReturnValue:
    """Use nothing of a held file."""
    run = run_or_404(id)
    if request.method == "GET":
        return render_template("runs/leave.html", run=run)
    return _decide(run, drifts.leave_file, _("The file is left. Nothing of it is used."))


@bp.route("/runs/<int:id>/skip-file", methods=["GET", "POST"])
@editors_only
def skip_file(id: int) -> ResponseReturnValue:
    """Leave out a file of changes that can't be read, so that the newer ones are."""
    run = run_or_404(id)
    if request.method == "GET":
        is_open = service.may_skip_file(run, run.source)
        name = file_of_mark(run.file_mark)
        return render_template("runs/skip_file.html", run=run, is_open=is_open, name=name)
    try:
        following = service.skip_file(run, signed_in())
    except NothingToDecide:
        flash(_("This file doesn’t hold up any others (any more)."), "info")
        return go_to(url_for("runs.show", id=id))
    db.session.commit()
    name = file_of_mark(run.file_mark)
    if following is None:
        flash(_("%(name)s is skipped. The source is paused.", name=name), "success")
        return go_to(url_for("runs.show", id=id))
    flash(_("%(name)s is skipped. This run reads what comes after it.", name=name), "success")
    return go_to(url_for("runs.show", id=following.id))


def _decide(run: Run, decision: Callable[[Run, User], None], words: str) -> ResponseReturnValue:
    try:
        decision(run, signed_in())
    except NothingToDecide:
        flash(_("This run doesn’t wait for a decision any more."), "info")
    else:
        db.session.commit()
        flash(words, "success")
    return go_to(url_for("runs.show", id=run.id))
