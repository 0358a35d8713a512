"""Fictional offers drawn from a seed: the same feed, number and generation give the same offer."""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor
from typing import NamedTuple

from demo.places import DISTRICTS, TOWNS, Town
from demo.texts import (
    CLOSING,
    FEATURES,
    INSIDE,
    KINDS,
    OUTSIDE,
    PLOT_FEATURES,
    UNBUILT,
    Kind,
    Triple,
)

FIRST_DAY = datetime(2024, 1, 8, 9, 0, 0)
RENTED_SHARE = 0.12
# A price walks down and back up; neighbours differ by 1.5 % at least, so no move is rounded away.
PRICE_WALK = (1.0, 0.985, 0.965, 0.95, 0.965, 0.985)

_DRAWS = struct.Struct("<16H")
_BEDS = (
    tuple(f"{n} bedroom{'s' * (n != 1)}" for n in range(10)),
    tuple(f"{n} dormitorio{'s' * (n != 1)}" for n in range(10)),
    tuple(f"{n} Schlafzimmer{'n' * (n != 1)}" for n in range(10)),
)
_BATHS = (
    tuple(f"{n} bathroom{'s' * (n != 1)}" for n in range(10)),
    tuple(f"{n} baño{'s' * (n != 1)}" for n in range(10)),
    tuple(f"{n} {'Bad' if n == 1 else 'Bädern'}" for n in range(10)),
)


class Flaw(StrEnum):
    """What a vendor's clerk gets wrong in one record."""

    MISSING_ID = "missing id"
    TEXT_PRICE = "text price"
    UNKNOWN_TYPE = "unknown type"
    BROKEN_COORDINATES = "broken coordinates"
    BAD_DATE = "bad date"


FLAWS = tuple(Flaw)


class Offer(NamedTuple):
    external_id: str
    reference: str
    updated_at: datetime
    price: int
    rented: bool
    new_build: bool
    kind: str
    town: Town
    district: str
    lat: float
    lon: float
    beds: int
    baths: int
    pool: bool
    built: int
    plot: int
    energy: str
    texts: Triple
    features: tuple[str, ...]
    images: int
    flaw: Flaw | None


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Everything that decides a feed's content.

    `changed` is the share of offers edited, `churn` the number of offers replaced by new ones,
    each from one generation to the next. `gone` leaves out that many of the oldest offers,
    `bad` is the share with a flaw.
    """

    agency: str = "costa-clara"
    offers: int = 133
    seed: int = 1
    generation: int = 0
    changed: float = 0.0
    churn: float = 0.0
    gone: int = 0
    bad: float = 0.0


def offers_of(feed: Feed) -> Iterator[Offer]:
    replaced = floor(feed.generation * feed.churn)
    for number in range(replaced + feed.gone + 1, replaced + feed.offers + 1):
        yield offer_of(feed, number)


def offer_of(feed: Feed, number: int) -> Offer:
    """Offer `number`, from 1 on, as it stands in the feed's generation."""
    draws = _DRAWS.unpack(
        hashlib.blake2b(f"{feed.agency}/{feed.seed}/{number}".encode(), digest_size=32).digest()
    )
    # With start points spread evenly, each generation edits the asked share of the offers.
    revision = floor(feed.generation * feed.changed + draws[0] / 65536)
    text_edits = (revision + draws[1] % 3) // 3
    price_moves = revision - text_edits

    kind = KINDS[draws[2] % len(KINDS)]
    town = TOWNS[draws[3] % len(TOWNS)]
    beds = _between(kind.beds, draws[4])
    built = _between(kind.built, draws[6])
    baths = 1 + beds // 3 + draws[5] % 2 * (beds > 1) if built else 0
    plot = _between(kind.plot, draws[7])
    rented = draws[8] < RENTED_SHARE * 65536 and built > 0
    prefix = "".join(word[0] for word in feed.agency.split("-")).upper()
    is_bad = draws[10] < feed.bad * 65536
    return Offer(
        external_id=f"{prefix}{number:06d}",
        reference=f"{town.postcode[:2]}-{kind.name[0]}{number}",
        updated_at=FIRST_DAY + timedelta(minutes=draws[11] * 13 + revision * 10),
        price=_price(town, built, plot, rented, draws[12], price_moves),
        rented=rented,
        new_build=draws[13] % 9 == 0,
        kind=kind.name,
        town=town,
        district=DISTRICTS[draws[14] % len(DISTRICTS)],
        lat=town.lat + (draws[4] - 32768) / 2_000_000,
        lon=town.lon + (draws[5] - 32768) / 2_000_000,
        beds=beds,
        baths=baths,
        pool=draws[13] % 2 == 0 and built > 0,
        built=built,
        plot=plot,
        energy="ABCDEFGX"[draws[6] % 8],
        texts=_texts(kind, town, beds, baths, built or plot, draws[15], text_edits),
        features=_features(FEATURES if built else PLOT_FEATURES, draws[9], 3 + draws[14] % 5),
        images=8 + draws[12] % 13,
        flaw=FLAWS[draws[1] % len(FLAWS)] if is_bad else None,
    )


def _between(bounds: tuple[int, int], draw: int) -> int:
    low, high = bounds
    return low + draw % (high - low + 1)


def _features(labels: tuple[str, ...], draw: int, count: int) -> tuple[str, ...]:
    first = draw % len(labels)
    return (labels + labels)[first : first + count]


def _price(town: Town, built: int, plot: int, rented: bool, draw: int, moves: int) -> int:
    """Euros, a month for a rented offer; rounded finer than the walk's steps."""
    per_m2 = town.eur_per_m2 * (0.8 + (draw % 500) / 1000)
    value = max(48_000, per_m2 * built if built else per_m2 * 0.12 * plot)
    walk = PRICE_WALK[moves % len(PRICE_WALK)]
    if rented:
        return round(max(450, value * 0.004) * walk / 5) * 5
    return round(value * walk / 100) * 100


def _texts(kind: Kind, town: Town, beds: int, baths: int, m2: int, draw: int, edits: int) -> Triple:
    inside = INSIDE[draw % len(INSIDE)] if beds or baths else UNBUILT
    outside = OUTSIDE[draw % len(OUTSIDE)]
    closing = CLOSING[(draw + edits) % len(CLOSING)]
    en, es, de = kind.phrase
    rooms = ("", "", "")
    if beds:
        rooms = (
            f" with {_BEDS[0][beds]} and {_BATHS[0][baths]}",
            f" con {_BEDS[1][beds]} y {_BATHS[1][baths]}",
            f" mit {_BEDS[2][beds]} und {_BATHS[2][baths]}",
        )
    place = f"{town.name}, {town.coast}"
    return (
        f"{en} of {m2} m²{rooms[0]} in {place}. {inside[0]} {outside[0]} {closing[0]}",
        f"{es} de {m2} m²{rooms[1]} en {place}. {inside[1]} {outside[1]} {closing[1]}",
        f"{de} von {m2} m²{rooms[2]} in {place}. {inside[2]} {outside[2]} {closing[2]}",
    )
