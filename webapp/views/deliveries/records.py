"""One record of a delivery, and sending again what was unsuccessful."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import delivery_or_404, editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import LARGEST_ID, Delivery, OfferJob
from webapp.queries.offer import is_retryable, raw_record
from webapp.queries.problems import problems_by_job
from webapp.queries.retries import of_delivery
from webapp.queries.runs import offer_id_of
from webapp.services import retries
from webapp.views.deliveries.blueprint import bp
from webapp.views.retry_start import ask_or_start, moment_of_question


@bp.route("/deliveries/<int:id>/retry", methods=["GET", "POST"])
@editors_only
def retry(id: int) -> ResponseReturnValue:
    """Send every unsuccessful record of the delivery again."""
    delivery = delivery_or_404(id)
    trail = [
        (delivery.source.name, url_for("sources.show", id=delivery.source_id)),
        (_("Delivery %(id)s", id=id), url_for("deliveries.show", id=id)),
    ]
    return ask_or_start(of_delivery(delivery, moment_of_question()), trail)


@bp.get("/deliveries/<int:id>/records/<int:job_id>")
def job(id: int, job_id: int) -> ResponseReturnValue:
    """What was wrong with it, and the record itself."""
    delivery = delivery_or_404(id)
    found = _job_or_404(delivery, job_id)
    return render_template(
        "offers/job.html",
        trail=[
            (delivery.source.name, url_for("sources.show", id=delivery.source_id)),
            (_("Delivery %(id)s", id=id), url_for("deliveries.show", id=id)),
        ],
        job=found,
        problems=problems_by_job([found]).get(job_id, []),
        record=raw_record(job_id),
        offer_id=offer_id_of(found),
        is_retryable=is_retryable(found),
    )


@bp.post("/deliveries/<int:id>/records/<int:job_id>/retry")
@editors_only
def retry_job(id: int, job_id: int) -> ResponseReturnValue:
    found = _job_or_404(delivery_or_404(id), job_id)
    offer_id = offer_id_of(found)
    if retries.retry_job(found, signed_in()):
        db.session.commit()
        flash(_("The offer is sent again."), "success")
    else:
        flash(_("There is nothing left to retry."), "info")
    if request.form.get("from") == "offer" and offer_id is not None:
        return go_to(url_for("offers.show", id=offer_id))
    return go_to(url_for("deliveries.job", id=id, job_id=job_id))


def _job_or_404(delivery: Delivery, job_id: int) -> OfferJob:
    found = db.session.get(OfferJob, job_id) if job_id <= LARGEST_ID else None
    if found is None or found.delivery_id != delivery.id:
        abort(404, _("The delivery has no such record, or it is not kept any more."))
    return found
