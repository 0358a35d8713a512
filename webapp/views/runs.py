"""The pages of runs: list, one run while it goes on and afterwards, and the decisions about it."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import editors_only, run_or_404, signed_in, visible_agencies
from webapp.extensions import db
from webapp.htmx import STOP_POLLING, fragment, go_to, wants_fragment
from webapp.models import OPEN_STATES, JobState, OfferJob, RevisionKind, Run, RunState, User
from webapp.queries import runs as queries
from webapp.queries.offer import is_retryable, raw_record
from webapp.queries.problems import problems_by_job, problems_without_job
from webapp.queries.sources import source_options
from webapp.services import drifts, retries
from webapp.services import runs as service
from webapp.services.runs import NothingToDecide, RunAlreadyOpen
from webapp.views import run_progress
from webapp.views.arguments import choice_argument, id_argument, page_argument
from webapp.views.labels import run_seconds
from webapp.views.run_files import file_of_mark, run_files

bp = Blueprint("runs", __name__)

STATES = ["open", *(state for state in RunState if state not in OPEN_STATES)]
# What the tabs of a run's page list, and the state of a job or the kind of a change behind it.
JOB_TABS = {
    "unsuccessful": None,
    "rejected": JobState.REJECTED,
    "failed": JobState.FAILED,
    "quarantined": JobState.QUARANTINED,
}
CHANGE_TABS = {
    "created": RevisionKind.CREATED,
    "updated": RevisionKind.UPDATED,
    "returned": RevisionKind.RETURNED,
    "withdrawn": RevisionKind.WITHDRAWN,
}


@bp.get("/runs")
def index() -> ResponseReturnValue:
    filters = queries.RunFilters(
        source_id=id_argument("source"),
        agency_id=id_argument("agency"),
        state=choice_argument("state", STATES),
    )
    page = queries.runs_page(filters, id_argument("before"), id_argument("after"))
    if wants_fragment():
        return fragment(render_template("runs/_list.html", page=page, filters=filters))
    return render_template(
        "runs/index.html",
        page=page,
        filters=filters,
        states=STATES,
        sources=source_options(),
        agencies=visible_agencies(),
    )


@bp.get("/runs/<int:id>")
def show(id: int) -> ResponseReturnValue:
    return render_template("runs/show.html", **_page(run_or_404(id)))


@bp.get("/runs/<int:id>/progress")
def progress(id: int) -> ResponseReturnValue:
    """The live region, asked for every second until the run has come to rest."""
    run = run_or_404(id)
    if not wants_fragment():
        return go_to(url_for("runs.show", id=id))
    if run_progress.is_moving(run):
        return fragment(render_template("runs/_live.html", run=run, **_live(run)))
    html = render_template("runs/_rest.html", **_page(run))
    return fragment(html, status=STOP_POLLING, announce=run_progress.announcement(run))


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


@bp.route("/runs/<int:id>/retry", methods=["GET", "POST"])
@editors_only
def retry(id: int) -> ResponseReturnValue:
    """Send every unsuccessful offer job of the run again."""
    run = run_or_404(id)
    if request.method == "GET":
        return render_template("runs/retry.html", run=run, count=retries.retryable_count(run))
    count = retries.retry_run(run, signed_in())
    db.session.commit()
    if count:
        words = ngettext("%(num)d offer is sent again.", "%(num)d offers are sent again.", count)
        flash(words, "success")
    else:
        flash(_("There is nothing left to retry."), "info")
    return go_to(url_for("runs.show", id=id))


@bp.get("/runs/<int:id>/jobs/<int:job_id>")
def job(id: int, job_id: int) -> ResponseReturnValue:
    """One record of the run: what was wrong with it, and the record itself."""
    run = run_or_404(id)
    found = _job_or_404(run, job_id)
    return render_template(
        "runs/job.html",
        run=run,
        job=found,
        problems=problems_by_job([job_id], run).get(job_id, []),
        record=raw_record(job_id),
        offer_id=queries.offer_id_of(found),
        is_retryable=is_retryable(found),
    )


@bp.post("/runs/<int:id>/jobs/<int:job_id>/retry")
@editors_only
def retry_job(id: int, job_id: int) -> ResponseReturnValue:
    run = run_or_404(id)
    found = _job_or_404(run, job_id)
    offer_id = queries.offer_id_of(found)
    if retries.retry_job(found, signed_in()):
        db.session.commit()
        flash(_("The offer is sent again."), "success")
    else:
        flash(_("There is nothing left to retry."), "info")
    if request.form.get("from") == "offer" and offer_id is not None:
        return go_to(url_for("offers.show", id=offer_id))
    return go_to(url_for("runs.job", id=id, job_id=job_id))


def _decide(run: Run, decision: Callable[[Run, User], None], words: str) -> ResponseReturnValue:
    try:
        decision(run, signed_in())
    except NothingToDecide:
        flash(_("This run doesn’t wait for a decision any more."), "info")
    else:
        db.session.commit()
        flash(words, "success")
    return go_to(url_for("runs.show", id=run.id))


def _job_or_404(run: Run, job_id: int) -> OfferJob:
    found = db.session.get(OfferJob, job_id) if job_id < 2**63 else None
    if found is None or found.run_id != run.id:
        abort(404)
    return found


def _live(run: Run) -> dict[str, object]:
    return {
        "progress": run_progress.progress(run),
        "steps": run_progress.steps(run),
        "seconds": run_seconds(run),
        "is_moving": run_progress.is_moving(run),
    }


def _page(run: Run) -> dict[str, object]:
    """Everything the page of a run shows; its lists only once it rests or has something."""
    show = choice_argument("show", [*JOB_TABS, *CHANGE_TABS, "held", "unidentified"])
    show = show or _first_tab(run)
    number = page_argument()
    found: dict[str, object] = {}
    if show in JOB_TABS:
        found["jobs"] = queries.unsuccessful_jobs(run, JOB_TABS[show], number)
    elif show in CHANGE_TABS:
        found["offers"] = queries.changed_offers(run, CHANGE_TABS[show], number)
    elif show == "held":
        found["offers"] = queries.held_offers(run, number)
    else:
        found["problems"] = problems_without_job(run, number)
    return {
        "run": run,
        "show": show,
        "files": run_files(run),
        "held_file": file_of_mark(run.file_mark),
        "may_be_read": drifts.may_be_read(run),
        "may_skip_file": service.may_skip_file(run, run.source),
        "retryable": retries.retryable_count(run),
        "people": queries.people_of(run),
        **_live(run),
        **found,
    }


def _first_tab(run: Run) -> str:
    """What someone who opens the run most likely came for."""
    if run.state == RunState.HELD:
        return "held"
    if run.rejected + run.failed + run.quarantined - run.unidentified > 0:
        return "unsuccessful"
    if run.unidentified:
        return "unidentified"
    return "withdrawn" if run.withdrawn else "updated" if run.updated else "created"
