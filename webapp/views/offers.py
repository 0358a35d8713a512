"""The pages of offers: the searchable list, and everything about one offer."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import offer_or_404, visible_agencies
from webapp.htmx import fragment, wants_fragment
from webapp.models import Lifecycle, SyncStatus
from webapp.offers.enums import DEAL_KINDS, OFFER_TYPES
from webapp.queries import offer as one
from webapp.queries import offers as queries
from webapp.queries.sources import source_options
from webapp.views.arguments import (
    choice_argument,
    id_argument,
    page_argument,
    position_argument,
    position_text,
    price_argument,
    text_argument,
)
from webapp.views.offer_facts import offer_facts

bp = Blueprint("offers", __name__)

SYNC_CHOICES = [queries.WITH_PROBLEMS, *SyncStatus]


@bp.get("/offers")
def index() -> ResponseReturnValue:
    filters = queries.OfferFilters(
        search=text_argument("search"),
        source_id=id_argument("source"),
        agency_id=id_argument("agency"),
        lifecycle=choice_argument("lifecycle", [queries.GONE, *Lifecycle]),
        sync=choice_argument("sync", SYNC_CHOICES),
        deal=choice_argument("deal", DEAL_KINDS),
        type=choice_argument("type", OFFER_TYPES),
        price_from=price_argument("price_from"),
        price_to=price_argument("price_to"),
        sort=text_argument("sort") or queries.DEFAULT_SORT,
    )
    page = queries.offers_page(filters, page_argument(), position_argument())
    context = {
        "page": page,
        "filters": filters,
        "position_text": position_text,
        "size": queries.PAGE_SIZE,
    }
    if wants_fragment():
        return fragment(render_template("offers/_list.html", **context))
    return render_template(
        "offers/index.html",
        sources=source_options(),
        agencies=visible_agencies(),
        deals=DEAL_KINDS,
        types=OFFER_TYPES,
        **context,
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
