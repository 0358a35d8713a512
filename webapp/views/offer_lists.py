"""The list of offers as an address asks for it, on the page of all offers and on a source's tab."""

from webapp.models import Lifecycle, SyncStatus
from webapp.offers.enums import DEAL_KINDS, OFFER_TYPES
from webapp.queries import offers as queries
from webapp.views.arguments import (
    choice_argument,
    id_argument,
    page_argument,
    position_argument,
    position_text,
    price_argument,
    text_argument,
)

SYNC_CHOICES = [queries.WITH_PROBLEMS, *SyncStatus]
# Lists of offers among which some can be sent again.
RETRYABLE_CHOICES = (queries.WITH_PROBLEMS, SyncStatus.REJECTED, SyncStatus.FAILED)


def offer_list(source_id: int | None = None) -> dict[str, object]:
    """What offers/_list.html and its filters need; only of that source when one is given."""
    filters = offer_filters(source_id)
    return {
        "page": queries.offers_page(filters, page_argument(), position_argument()),
        "filters": filters,
        "is_retryable": filters.sync in RETRYABLE_CHOICES,
        "position_text": position_text,
        "size": queries.PAGE_SIZE,
        "deals": DEAL_KINDS,
        "types": OFFER_TYPES,
    }


def offer_filters(source_id: int | None = None) -> queries.OfferFilters:
    return queries.OfferFilters(
        search=text_argument("search"),
        source_id=source_id or id_argument("source"),
        agency_id=id_argument("agency"),
        lifecycle=choice_argument("lifecycle", [queries.GONE, *Lifecycle]),
        sync=choice_argument("sync", SYNC_CHOICES),
        deal=choice_argument("deal", DEAL_KINDS),
        type=choice_argument("type", OFFER_TYPES),
        price_from=price_argument("price_from"),
        price_to=price_argument("price_to"),
        sort=text_argument("sort") or queries.DEFAULT_SORT,
    )
