"""One record of a run, and sending again what was unsuccessful."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, run_or_404, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import LARGEST_ID, OfferJob, Run
from webapp.queries import runs as queries
from webapp.queries.offer import is_retryable, raw_record
from webapp.queries.problems import problems_by_job
from webapp.queries.retries import of_run
from webapp.services import retries
from webapp.views.retry_start import ask_or_start, moment_of_question
from webapp.views.runs.blueprint import bp


@bp.route("/runs/<int:id>/retry", methods=["GET", "POST"])
@editors_only
def retry(id: int) -> ResponseReturnValue:
    """Send every unsuccessful offer job of the run again."""
    run = run_or_404(id)
    trail = [
        (_("Runs"), url_for("runs.index", source=run.source_id)),
        (_("Run %(id)s", id=id), url_for("runs.show", id=id)),
    ]
    return ask_or_start(of_run(run, moment_of_question()), trail)


@bp.get("/runs/<int:id>/jobs/<int:job_id>")
def job(id: int, job_id: int) -> ResponseReturnValue:
    """One record of the run: what was wrong with it, and the record itself."""
    run = run_or_404(id)
    found = _job_or_404(run, job_id)
    return render_template(
        "offers/job.html",
        trail=[
            (run.source.name, url_for("sources.show", id=run.source_id)),
            (_("Run %(id)s", id=id), url_for("runs.show", id=id)),
        ],
        job=found,
        problems=problems_by_job([found]).get(job_id, []),
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


def _job_or_404(run: Run, job_id: int) -> OfferJob:
    found = db.session.get(OfferJob, job_id) if job_id <= LARGEST_ID else None
    if found is None or found.run_id != run.id:
        abort(404, _("The run has no such record, or it is not kept any more."))
    return found
