"""Sending offers again: chosen in their list, the progress, the end."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, retry_or_404, signed_in, source_or_404, visible_agencies
from webapp.extensions import db
from webapp.htmx import STOP_POLLING, fragment, go_to, wants_fragment
from webapp.models import Agency, Retry, RetryState, User, utc_now
from webapp.queries.offers import OfferFilters
from webapp.queries.retries import Outcomes, of_offers, outcomes
from webapp.services import retries as service
from webapp.views.offer_lists import offer_filters
from webapp.views.retry_start import ask_or_start, moment_of_question
from webapp.views.run_progress import Progress

bp = Blueprint("retries", __name__)


@bp.route("/offers/retry", methods=["GET", "POST"])
@editors_only
def of_list() -> ResponseReturnValue:
    """The address is that of the list: question and answer read the same filters."""
    filters = offer_filters()
    agency = _agency_of(filters)
    arguments: dict[str, Any] = filters.as_arguments()
    if agency is None:
        choices = [
            (one.name, url_for("retries.of_list", **(arguments | {"agency": str(one.id)})))
            for one in visible_agencies()
        ]
        return render_template("retries/choose_agency.html", choices=choices)
    trail = [(_("Offers"), url_for("offers.index", **arguments))]
    return ask_or_start(of_offers(agency, filters, moment_of_question()), trail)


@bp.get("/retries/<int:id>")
def show(id: int) -> ResponseReturnValue:
    return render_template("retries/show.html", **_page(retry_or_404(id)))


@bp.get("/retries/<int:id>/progress")
def progress(id: int) -> ResponseReturnValue:
    """The live region, asked for every second until every offer has come to rest."""
    retry = retry_or_404(id)
    if not wants_fragment():
        return go_to(url_for("retries.show", id=id))
    page = _page(retry)
    html = render_template("retries/_live.html", **page)
    if page["is_moving"]:
        return fragment(html)
    return fragment(html, status=STOP_POLLING, announce=_("Every offer has come to rest."))


@bp.route("/retries/<int:id>/cancel", methods=["GET", "POST"])
@editors_only
def cancel(id: int) -> ResponseReturnValue:
    retry = retry_or_404(id)
    if request.method == "GET":
        return render_template("retries/cancel.html", retry=retry)
    if service.cancel_retry(retry, signed_in()):
        db.session.commit()
        flash(_("It is cancelled. What was sent before stays so."), "success")
    else:
        flash(_("All of them were sent already."), "info")
    return go_to(url_for("retries.show", id=id))


def _agency_of(filters: OfferFilters) -> Agency | None:
    """None when an admin looks at offers of all of them.

    :raise 404: the source is another agency's
    """
    if filters.source_id is not None:
        return source_or_404(filters.source_id).agency
    person = signed_in()
    if not person.is_admin:
        return person.agency
    return db.session.get(Agency, filters.agency_id) if filters.agency_id else None


def _page(retry: Retry) -> dict[str, object]:
    became = outcomes(retry)
    asked_by = db.session.get(User, retry.asked_by) if retry.asked_by else None
    return {
        "retry": retry,
        "outcomes": became,
        "is_moving": retry.state == RetryState.OPEN or became.on_their_way > 0,
        "progress": _progress(retry, became),
        "asked_by": asked_by,
    }


def _progress(retry: Retry, became: Outcomes) -> Progress:
    done = retry.sent + retry.left_alone - became.on_their_way
    seconds = (utc_now() - retry.created_at).total_seconds()
    rate = done / seconds if seconds > 0 and done else None
    goal = retry.wanted if retry.state != RetryState.CANCELLED else retry.sent + retry.left_alone
    left = (goal - done) / rate if rate else None
    return Progress(_("Sending offers again"), done, goal, rate, left)
