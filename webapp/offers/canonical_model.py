"""The canonical offer: its shape, and what pydantic checks of it. Every top-level field is always
there, null or [] when unknown; the parts below hold only what is known.

Numbers are JSON numbers, whole ones without a decimal point; amounts and areas have at most two
decimals. Moments are ISO 8601 with an offset, days YYYY-MM-DD."""

from datetime import date, datetime
from typing import Annotated, Any, NotRequired

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    with_config,
)
from typing_extensions import TypedDict  # pydantic refuses the one of typing before 3.12

from webapp.offers.enums import (
    Category,
    Condition,
    DealKind,
    EnergyClass,
    MediaKind,
    OfferType,
    Per,
    Period,
    Precision,
    Status,
)
from webapp.offers.json_values import json_value
from webapp.offers.transforms.texts import HTML_LENGTH

MAX_MEDIA = 300


def _moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a moment needs an offset")
    return text


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


# PostgreSQL stores no NUL.
WITHOUT_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(max_length=1_000, pattern=WITHOUT_NUL)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=WITHOUT_NUL)]
LongText = Annotated[str, StringConstraints(max_length=2 * HTML_LENGTH, pattern=WITHOUT_NUL)]
Url = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\x00\s]+$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Moment = Annotated[str, AfterValidator(_moment)]
Day = Annotated[str, AfterValidator(_day)]

WHOLE_FIRST = Field(union_mode="left_to_right")
Amount = Annotated[
    Annotated[int, Field(ge=0, lt=10**13)] | Annotated[float, Field(ge=0, lt=1e13)], WHOLE_FIRST
]
SquareMetres = Annotated[
    Annotated[int, Field(ge=0, le=10**9)] | Annotated[float, Field(ge=0, le=1e9)], WHOLE_FIRST
]
Rooms = Annotated[
    Annotated[int, Field(ge=0, le=1_000)] | Annotated[float, Field(ge=0, le=1_000)], WHOLE_FIRST
]
Count = Annotated[int, Field(ge=0, le=1_000)]
Floor = Annotated[int, Field(ge=-20, le=300)]
Year = Annotated[int, Field(ge=1_000, le=2_200)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]

UNKNOWN = Field(default=None)


class Deal(TypedDict):
    deal: DealKind
    amount: Annotated[Amount | None, UNKNOWN]
    currency: Annotated[Currency | None, UNKNOWN]
    period: Annotated[Period | None, UNKNOWN]
    per: Annotated[Per, Field(default="total")]
    on_request: Annotated[bool, Field(default=False)]
    qualifier: Annotated[Line | None, UNKNOWN]


class Location(TypedDict, total=False):
    country: Country
    region: Line
    city: Line
    district: Line
    street: Line
    number: Line
    postcode: Line
    lat: Latitude
    lon: Longitude
    precision: Precision
    show_address: bool
    raw: Line


class RawMeasure(TypedDict):
    value: Line
    unit: Line


class Areas(TypedDict, total=False):
    """Square metres; `raw` says what the vendor wrote where it was in another unit."""

    total: SquareMetres
    living: SquareMetres
    usable: SquareMetres
    plot: SquareMetres
    terrace: SquareMetres
    built: SquareMetres
    kitchen: SquareMetres
    garden: SquareMetres
    raw: dict[str, RawMeasure]


# `class` is no name for an attribute.
Energy = TypedDict(
    "Energy",
    {"class": EnergyClass, "consumption": Line, "emissions": Line},
    total=False,
)


class Text(TypedDict):
    lang: Language
    title: NotRequired[Line]
    short: NotRequired[Line]
    description: NotRequired[LongText]
    plain: NotRequired[LongText]


class Feature(TypedDict):
    code: Annotated[Name | None, UNKNOWN]
    label: Annotated[Line | None, UNKNOWN]


class Medium(TypedDict):
    kind: MediaKind
    url: NotRequired[Url]
    archive_path: NotRequired[Line]
    position: Annotated[int, Field(ge=1)]
    main: Annotated[bool, Field(default=False)]
    caption: NotRequired[Line]


class Contact(TypedDict, total=False):
    name: Line
    phones: list[Line]
    emails: list[Line]
    agent_ref: Line


@with_config(ConfigDict(coerce_numbers_to_str=True, title="Offer"))
class Offer(TypedDict):
    external_id: Name
    reference: Annotated[Line | None, UNKNOWN]
    alternate_ids: Annotated[list[Line], Field(default_factory=list, max_length=100)]
    parent_id: Annotated[Line | None, UNKNOWN]
    url: Annotated[Url | None, UNKNOWN]
    status: Annotated[Status, Field(default="active")]
    category: Annotated[Category | None, UNKNOWN]
    type: Annotated[OfferType | None, UNKNOWN]
    subtype: Annotated[Line | None, UNKNOWN]
    deals: Annotated[list[Deal], Field(default_factory=list, max_length=20)]
    location: Annotated[Location, Field(default_factory=dict)]
    areas: Annotated[Areas, Field(default_factory=dict)]
    rooms: Annotated[Rooms | None, UNKNOWN]
    bedrooms: Annotated[Count | None, UNKNOWN]
    bathrooms: Annotated[Rooms | None, UNKNOWN]
    floor: Annotated[Floor | None, UNKNOWN]
    floors_total: Annotated[Floor | None, UNKNOWN]
    parking: Annotated[Count | None, UNKNOWN]
    year_built: Annotated[Year | None, UNKNOWN]
    condition: Annotated[Condition | None, UNKNOWN]
    construction: Annotated[Line | None, UNKNOWN]
    new_build: Annotated[bool | None, UNKNOWN]
    energy: Annotated[Energy, Field(default_factory=dict)]
    texts: Annotated[list[Text], Field(default_factory=list, max_length=100)]
    features: Annotated[list[Feature], Field(default_factory=list, max_length=500)]
    media: Annotated[list[Medium], Field(default_factory=list, max_length=MAX_MEDIA)]
    contact: Annotated[Contact, Field(default_factory=dict)]
    source_created_at: Annotated[Moment | None, UNKNOWN]
    source_updated_at: Annotated[Moment | None, UNKNOWN]
    available_from: Annotated[Day | None, UNKNOWN]
    expires_at: Annotated[Moment | None, UNKNOWN]
    extra: Annotated[dict[str, JsonValue], BeforeValidator(json_value), Field(default_factory=dict)]


OFFER = TypeAdapter(Offer)


def canonical_schema() -> dict[str, Any]:
    """The offer as a JSON schema, for whoever reads our JSON."""
    return OFFER.json_schema()
