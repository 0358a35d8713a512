"""The pages of offers: the searchable list, and everything about one offer."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import offer_or_404, visible_agencies
from webapp.htmx import fragment, wants_fragment
from webapp.queries import offer as one
from webapp.queries.sources import source_options
from webapp.views.offer_facts import offer_facts
from webapp.views.offer_lists import offer_list

bp = Blueprint("offers", __name__)


@bp.get("/offers")
def index() -> ResponseReturnValue:
    context = offer_list()
    if wants_fragment():
        return fragment(render_template("offers/_list.html", **context))
    return render_template(
        "offers/index.html", sources=source_options(), agencies=visible_agencies(), **context
    )


@bp.get("/offers/<int:id>")
def show(id: int) -> ResponseReturnValue:
    offer = offer_or_404(id)
    attempts = one.attempts(offer.source_id, offer.external_id)
    latest = attempts[0] if attempts else None
    return render_template(
        "offers/show.html",
        offer=offer,
        facts=offer_facts(offer.data),
        text=_chosen_text(offer.data.get("texts") or []),
        problems=one.current_problems(offer),
        revisions=one.revisions(offer),
        attempts=attempts,
        retryable=latest if latest and one.is_retryable(latest) else None,
        record=one.raw_record(offer.job_id),
    )


def _chosen_text(texts: list[dict[str, str]]) -> dict[str, str] | None:
    """The text in the language of the tab, or the first one."""
    chosen = request.args.get("lang")
    return next((text for text in texts if text.get("lang") == chosen), texts[0] if texts else None)
