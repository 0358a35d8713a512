"""The few values of a canonical offer that lists show, filter and sort by."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Summary:
    reference: str
    title: str
    status: str
    category: str
    type: str
    # Of the first deal that states an amount, else of the first.
    deal: str | None
    price: Decimal | None
    currency: str | None
    city: str
    bedrooms: int | None
    media_count: int


def summary_of(offer: dict[str, Any]) -> Summary:
    deals = offer.get("deals") or [{}]
    deal = next((deal for deal in deals if deal.get("amount") is not None), deals[0])
    amount = deal.get("amount")
    location = offer.get("location") or {}
    return Summary(
        reference=offer.get("reference") or "",
        title=listing_title(offer),
        status=offer.get("status") or "active",
        category=offer.get("category") or "other",
        type=offer.get("type") or "other",
        deal=deal.get("deal"),
        price=None if amount is None else Decimal(str(amount)),
        currency=deal.get("currency"),
        city=location.get("city") or "",
        bedrooms=offer.get("bedrooms"),
        media_count=len(offer.get("media") or ()),
    )


def listing_title(offer: dict[str, Any]) -> str:
    """The vendor's title in English or the first language that has one, else its beginning."""
    texts = sorted(offer.get("texts") or (), key=lambda text: text.get("lang") != "en")
    for name in ("title", "short", "plain"):
        for text in texts:
            if value := text.get(name):
                return str(value)[:TITLE_LENGTH].partition("\n")[0]
    return ""
