"""How well the values of a path suit a field of ours, whatever its name: 0 (cannot be) to 1."""

from collections.abc import Callable

from webapp.offers.iso_codes import COUNTRY_SPELLINGS
from webapp.offers.proposals.counted import counted
from webapp.offers.proposals.profile import PathProfile
from webapp.offers.proposals.word_lists import code_of
from webapp.offers.transforms.units import unit_of

Fit = Callable[[PathProfile], float]
ALMOST = 0.6
YEARS = (1500, 2100)


def value_fit(target: str, at: PathProfile) -> float:
    if not at.values:
        return 0.0
    return FITS.get(target, _anything)(at)


def recognised(list_name: str, at: PathProfile) -> float:
    """The share of the values that the word list knows."""
    known = sum(times for word, times in at.seen.items() if code_of(list_name, word))
    return known / max(1, at.seen.total())


def _anything(at: PathProfile) -> float:
    return 1.0


def _number(low: float, high: float) -> Fit:
    def fit(at: PathProfile) -> float:
        if at.share("date") > 0.5 and at.mean_length > 4:
            return 0.0
        share = max(_figures(at), at.numeric_share())
        # A 0 stands for nothing in most feeds.
        said = [number for number in at.numbers if number]
        if share <= ALMOST and (cells := counted(at)) is not None:
            share, said = 1.0, cells.numbers
        if said:
            within = sum(low <= number <= high for number in said) / len(said)
            share = min(share, within) if within < 0.8 else share
        return share if share > ALMOST else 0.0

    return fit


def _figures(at: PathProfile) -> float:
    return min(1.0, (at.kinds["integer"] + at.kinds["decimal"] + at.kinds["price"]) / at.values)


def _price(at: PathProfile) -> float:
    if (at.share("date") > 0.5 and at.mean_length > 4) or at.is_many:
        return 0.0
    share = _figures(at)
    if at.numbers and max(at.numbers) < 20:
        return 0.3
    return min(1.0, share + 0.15) if share > 0.4 else 0.0


def _short_text(longest: float) -> Fit:
    def fit(at: PathProfile) -> float:
        if at.mean_length > longest or at.share("url", "email", "date") > 0.5:
            return 0.0
        if all(unit_of(word) is not None for word in at.seen):
            return 0.0
        return 1.0 if at.numeric_share() < 0.5 and at.share("boolean") < 0.9 else 0.25

    return fit


def _title(at: PathProfile) -> float:
    if at.share("url", "email", "date", "integer", "decimal", "price") > 0.5:
        return 0.0
    if at.mean_length > 250:
        return 0.4
    return 1.0 if at.mean_length > 12 else 0.75


def _description(at: PathProfile) -> float:
    if at.share("url", "email", "date", "integer", "decimal", "price", "boolean") > 0.5:
        return 0.0
    return 1.0 if at.mean_length > 60 else 0.85 if at.mean_length > 30 else 0.62


def _words(*lists: str, codes: float = 0.75) -> Fit:
    """Words of the list, or codes of the vendor's own that somebody has to translate."""

    def fit(at: PathProfile) -> float:
        if at.share("url", "email", "date") > 0.5 or at.mean_length > 60 or at.is_many:
            return 0.0
        share = max(recognised(name, at) for name in lists)
        if share > 0.3:
            return 0.85 + 0.15 * share
        return codes if at.distinct <= max(12, at.values * 0.7) else 0.4

    return fit


def _kind(*kinds: str, otherwise: float = 0.0) -> Fit:
    def fit(at: PathProfile) -> float:
        share = at.share(*kinds)  # type: ignore[arg-type]
        return 1.0 if share > ALMOST else otherwise

    return fit


def _coordinate(limit: float) -> Fit:
    def fit(at: PathProfile) -> float:
        if not at.numbers or at.numeric_share() < ALMOST:
            return 0.0
        # Some vendors lose a decimal point now and then.
        if sum(abs(number) > limit for number in at.numbers) > 0.1 * len(at.numbers):
            return 0.0
        # Widths and lengths have the same names in some languages, but no such figures.
        return 1.0 if at.mean_length > 5 else 0.6

    return fit


def _id(at: PathProfile) -> float:
    if at.share("url", "date", "email") > 0.8 and at.share("code", "integer") < 0.5:
        return 0.55 if at.share("url") > 0.8 and at.distinct == at.values else 0.0
    return (
        0.0 if at.is_many or at.mean_length > 80 or at.share("boolean") > 0.9 < at.values else 1.0
    )


def _reference(at: PathProfile) -> float:
    if at.share("url", "email", "text") > 0.8 and at.share("code") < 0.2 and at.mean_length > 25:
        return 0.0
    if at.share("date") > 0.8 or at.is_many or (at.share("boolean") > 0.9 and at.distinct < 3):
        return 0.0
    if len(at.numbers) > 2 and at.numbers == [float(n) for n in range(1, len(at.numbers) + 1)]:
        return 0.2
    return 1.0 if at.distinct > at.values * 0.5 else 0.3


def _region(at: PathProfile) -> float:
    return 0.0 if recognised("statuses", at) > 0.5 else _short_text(60)(at)


def _status(at: PathProfile) -> float:
    """A column that says the same of every offer may be anything's state."""
    fit = _words("statuses")(at)
    return fit * 0.88 if at.distinct == 1 < at.values else fit


def _type(at: PathProfile) -> float:
    """`type` is the deal in some formats."""
    fit = _words("types")(at)
    return 0.2 if recognised("deals", at) > 0.6 and recognised("types", at) < 0.3 else fit


def _country(at: PathProfile) -> float:
    if at.share("country") > ALMOST:
        return 1.0
    known = sum(times for word, times in at.seen.items() if word.casefold() in COUNTRY_SPELLINGS)
    return 1.0 if known > at.values / 2 else 0.6 if at.mean_length < 30 else 0.0


def _phone(at: PathProfile) -> float:
    digits = sum(
        times
        for word, times in at.seen.items()
        if 6 <= sum(map(str.isdigit, word)) <= 18 * (1 + word.count(",") + word.count(";"))
    )
    return 1.0 if digits > at.seen.total() / 2 else 0.0


def _email(at: PathProfile) -> float:
    found = sum(times for word, times in at.seen.items() if "@" in word)
    return 1.0 if found > at.seen.total() / 2 else 0.0


def _floor(at: PathProfile) -> float:
    return max(_number(-5, 80)(at), 0.7 if at.mean_length < 20 and at.distinct < 30 else 0.0)


def _media(at: PathProfile) -> float:
    if at.share("image") > 0.3:
        return 1.0
    return 0.9 if at.share("url") > 0.5 else 0.0


def _street_number(at: PathProfile) -> float:
    return 1.0 if at.mean_length < 8 and at.share("date", "price", "boolean") < 0.9 else 0.0


def _postcode(at: PathProfile) -> float:
    if at.mean_length > 11 or at.mean_length < 3:
        return 0.0
    return 1.0 if at.share("integer", "code", "price", "decimal") > 0.5 else 0.6


def _boolean(at: PathProfile) -> float:
    return 1.0 if at.share("boolean") > 0.8 else 0.0


def _features(at: PathProfile) -> float:
    if at.share("url", "date", "integer", "decimal", "price", "boolean") > 0.5:
        return 0.0
    return 1.0 if at.mean_length < 300 else 0.5


def _energy_class(at: PathProfile) -> float:
    letters = sum(
        times for word, times in at.seen.items() if word[:1].upper() in "ABCDEFGH" and len(word) < 5
    )
    return 1.0 if letters > at.seen.total() / 2 else 0.55 if at.mean_length < 15 else 0.0


FITS: dict[str, Fit] = {
    "id": _id,
    "reference": _reference,
    "status": _status,
    "url": _kind("url"),
    "category": _words("categories", "types"),
    "type": _type,
    "location.country": _country,
    "location.region": _region,
    "location.city": _short_text(60),
    "location.district": _short_text(80),
    "location.street": _short_text(150),
    "location.number": _street_number,
    "location.postcode": _postcode,
    "location.lat": _coordinate(90),
    "location.lon": _coordinate(180),
    "location.latlon": _kind("point"),
    "location.show_address": _boolean,
    "areas.total": _number(1, 10**7),
    "areas.living": _number(1, 10**5),
    "areas.usable": _number(1, 10**5),
    "areas.built": _number(1, 10**6),
    "areas.plot": _number(0, 10**8),
    "areas.terrace": _number(0, 10**4),
    "areas.kitchen": _number(0, 10**3),
    "areas.garden": _number(0, 10**6),
    "rooms": _number(0, 60),
    "bedrooms": _number(0, 60),
    "bathrooms": _number(0, 40),
    "floor": _floor,
    "floors_total": _number(0, 120),
    "parking": _number(0, 200),
    "year_built": _number(*YEARS),
    "condition": _words("conditions"),
    "construction": _short_text(60),
    "new_build": _boolean,
    "energy.class": _energy_class,
    "energy.consumption": _number(0, 3000),
    "energy.emissions": _number(0, 3000),
    "contact.name": _short_text(80),
    "contact.phones": _phone,
    "contact.emails": _email,
    "contact.agent_ref": _id,
    "source_created_at": _kind("date"),
    "source_updated_at": _kind("date"),
    "available_from": _kind("date"),
    "expires_at": _kind("date"),
    "parent_id": _id,
    "deals.deal": _words("deals"),
    "deals.amount": _price,
    "deals.amount.sale": _price,
    "deals.amount.rent": _price,
    "deals.amount.short_rent": _price,
    "deals.currency": _kind("currency"),
    "deals.period": _words("periods", codes=0.3),
    "deals.on_request": _boolean,
    "texts.title": _title,
    "texts.description": _description,
    "texts.short": _description,
    "texts.lang": _kind("language"),
    "media.url": _media,
    "media.plan": _media,
    "media.video": _kind("url"),
    "media.tour": _kind("url"),
    "media.document": _kind("url"),
    "features": _features,
}
