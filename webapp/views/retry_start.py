"""Before offers are sent again: the question with its number, wherever it is asked from."""

from datetime import UTC, datetime

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import utc_now
from webapp.queries.retries import MOST_JOBS, Chosen, retryable_count
from webapp.services.retries import NothingToRetry, RetryAlreadyOpen, open_retry_of, start_retry

Trail = list[tuple[str, str]]
"""Words and addresses of the pages above; the last one is where the question was asked."""


def moment_of_question() -> datetime:
    """Now; in the answer to a question when it was asked, so that exactly those are sent again that
    it counted."""
    try:
        asked_at = datetime.fromisoformat(request.form.get("asked_at", ""))
    except ValueError:
        return utc_now()
    return min(asked_at if asked_at.tzinfo else asked_at.replace(tzinfo=UTC), utc_now())


def ask_or_start(chosen: Chosen, trail: Trail) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template(
            "retries/ask.html",
            chosen=chosen,
            trail=trail,
            count=retryable_count(chosen),
            most=MOST_JOBS,
            open_retry=open_retry_of(chosen.agency_id),
        )
    try:
        retry = start_retry(chosen, signed_in())
    except RetryAlreadyOpen as already:
        open_id = already.retry.id
        db.session.rollback()
        flash(_("Offers of this agency are being sent again already: here they are."), "info")
        return go_to(url_for("retries.show", id=open_id))
    except NothingToRetry:
        db.session.rollback()
        flash(_("There is nothing left to retry."), "info")
        return go_to(trail[-1][1])
    db.session.commit()
    words = ngettext("%(num)d offer is sent again.", "%(num)d offers are sent again.", retry.wanted)
    flash(words, "success")
    return go_to(url_for("retries.show", id=retry.id))
