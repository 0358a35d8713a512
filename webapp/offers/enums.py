"""The closed sets of words a canonical offer may use, each once: validation, mapping and pages
read them from here."""

from typing import Literal, get_args

Status = Literal["active", "reserved", "sold", "rented", "withdrawn", "draft"]
Category = Literal["residential", "commercial", "land", "parking", "project", "other"]
OfferType = Literal[
    "apartment",
    "penthouse",
    "duplex",
    "studio",
    "room",
    "house",
    "townhouse",
    "bungalow",
    "villa",
    "country_house",
    "office",
    "shop",
    "warehouse",
    "industrial",
    "hotel",
    "restaurant",
    "business",
    "garage",
    "parking",
    "storage",
    "plot",
    "farm",
    "building",
    "project",
    "other",
]
DealKind = Literal["sale", "rent", "short_rent", "auction"]
Period = Literal["once", "day", "week", "month", "year"]
Per = Literal["total", "m2"]
MediaKind = Literal["image", "plan", "video", "tour", "document"]
Precision = Literal["exact", "street", "district", "city", "region"]
Condition = Literal["new", "excellent", "good", "fair", "to_renovate", "ruin", "under_construction"]
EnergyClass = Literal[
    "A+++",
    "A++",
    "A+",
    "A",
    "A1",
    "A2",
    "A3",
    "A4",
    "B",
    "B-",
    "C",
    "D",
    "E",
    "F",
    "G",
    "H",
    "exempt",
    "in_progress",
]

STATUSES: tuple[str, ...] = get_args(Status)
CATEGORIES: tuple[str, ...] = get_args(Category)
OFFER_TYPES: tuple[str, ...] = get_args(OfferType)
DEAL_KINDS: tuple[str, ...] = get_args(DealKind)
PERIODS: tuple[str, ...] = get_args(Period)
PERS: tuple[str, ...] = get_args(Per)
MEDIA_KINDS: tuple[str, ...] = get_args(MediaKind)
PRECISIONS: tuple[str, ...] = get_args(Precision)
CONDITIONS: tuple[str, ...] = get_args(Condition)
ENERGY_CLASSES: tuple[str, ...] = get_args(EnergyClass)

# Used when a mapping says the type but not the category; types not named here are residential.
CATEGORY_OF_TYPE: dict[str, Category] = {
    "office": "commercial",
    "shop": "commercial",
    "warehouse": "commercial",
    "industrial": "commercial",
    "hotel": "commercial",
    "restaurant": "commercial",
    "business": "commercial",
    "building": "commercial",
    "garage": "parking",
    "parking": "parking",
    "plot": "land",
    "farm": "land",
    "project": "project",
    "storage": "other",
    "other": "other",
}
