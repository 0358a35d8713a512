"""One record of a run, and sending again what was unsuccessful."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import editors_only, run_or_404, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import OfferJob, Run
from webapp.queries import runs as queries
from webapp.queries.offer import is_retryable, raw_record
from webapp.queries.problems import problems_by_job
from webapp.services import retries
from webapp.views.runs.blueprint import bp


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


def _job_or_404(run: Run, job_id: int) -> OfferJob:
    found = db.session.get(OfferJob, job_id) if job_id < 2**63 else None
    if found is None or found.run_id != run.id:
        abort(404)
    return found
