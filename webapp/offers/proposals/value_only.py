"""What the values alone say, for columns whose name says nothing: tables without a header row."""

from collections.abc import Iterator

from webapp.offers.proposals.names import name_of
from webapp.offers.proposals.profile import Keys, PathProfile, Profile
from webapp.offers.proposals.value_fit import recognised

Guesses = dict[Keys, list[tuple[str, float]]]
NO_NAME = 0.65
"""How sure a value can be at most without a name beside it."""


def guessed_from_values(profile: Profile) -> Guesses:
    nameless = all(not any(map(str.isalpha, key)) for keys in profile.paths for key in keys)
    found: Guesses = {}
    for keys, at in profile.paths.items():
        guesses = list(_certain(at))
        if nameless:
            guesses += _likely(profile, at)
        if guesses:
            found[keys] = guesses
    if nameless:
        _add_numbers(profile, found)
    return found


def _certain(at: PathProfile) -> Iterator[tuple[str, float]]:
    """Values that can hardly be anything else."""
    if name_of(at.key).words and at.is_many and at.share("image") < 0.9:
        return
    if at.share("image") > 0.9 and at.kinds["image"] > at.kinds["email"]:
        yield "media.url", NO_NAME
    elif at.share("currency") > 0.95 and at.share("boolean", "language") < 0.5:
        yield "deals.currency", NO_NAME
    elif at.share("point") > 0.9:
        yield "location.latlon", 0.6


def _likely(profile: Profile, at: PathProfile) -> Iterator[tuple[str, float]]:
    if at.share("email") > 0.8:
        yield "contact.emails", NO_NAME
    elif at.share("phone") > 0.8:
        yield "contact.phones", NO_NAME
    elif at.share("date") > 0.8:
        yield "source_updated_at", 0.6
    elif at.share("country") > 0.9 and at.share("boolean", "language", "currency") < 0.95:
        yield "location.country", 0.55
    elif at.share("language") > 0.9 and at.share("country", "boolean") < 0.9:
        yield "texts.lang", 0.55
    elif at.share("url") > 0.9 and at.share("image") < 0.2:
        yield "url", 0.55
    elif recognised("deals", at) > 0.8 and at.mean_length > 3:
        yield "deals.deal", 0.62
    elif recognised("types", at) > 0.6 and at.mean_length < 40 and at.mean_length > 3:
        yield "type", 0.62
    elif recognised("statuses", at) > 0.8 and at.mean_length > 3:
        yield "status", 0.6
    elif at.share("text") > 0.8:
        yield from _texts(profile, at)


def _texts(profile: Profile, at: PathProfile) -> Iterator[tuple[str, float]]:
    texts = [other for other in profile.paths.values() if other.share("text") > 0.8]
    longest = max(texts, key=lambda other: other.mean_length)
    if at is longest and at.mean_length > 60:
        yield "texts.description", 0.6
        return
    rest = [other for other in texts if other is not longest or longest.mean_length <= 60]
    second = max(rest, key=lambda other: other.mean_length, default=None)
    if at is second and at.mean_length > 18 and at.distinct > at.values * 0.7:
        yield "texts.title", 0.55
        return
    if any(any(map(str.isdigit, word)) for word in at.seen):
        if sum(word[-1:].isdigit() or word[:1].isdigit() for word in at.seen) > at.distinct / 2:
            yield "location.street", 0.52
    elif at.mean_length < 20:
        yield "location.city", 0.52


def _add_numbers(profile: Profile, found: Guesses) -> None:
    """Prices are the largest, areas tens to thousands, coordinates have many decimals."""
    numeric = [at for keys, at in profile.paths.items() if keys not in found and _is_number(at)]
    fine = [at for at in numeric if _decimals(at) >= 4]
    for at in fine:
        followed = fine[-1] is not at
        target = "location.lat" if followed else "location.lon"
        if all(abs(number) <= 180 for number in at.numbers):
            found[at.keys] = [(target, 0.6)]
    rest = [at for at in numeric if at not in fine and not _counts_up(at)]
    prices = [at for at in rest if _median(at) >= 250 and not _is_years(at) and not _is_code(at)]
    price = max(prices, key=_median, default=None)
    if price is not None:
        found[price.keys] = [("deals.amount", 0.55)]
    areas = [
        at for at in rest if at is not price and 15 <= _median(at) < 5000 and not _is_years(at)
    ]
    if areas:
        found[areas[0].keys] = [("areas.total", 0.52)]
    rooms = [at for at in rest if 1 <= _median(at) <= 8 and max(at.numbers) <= 20]
    if rooms:
        found[rooms[0].keys] = [("rooms", 0.52)]
    for at in rest:
        if _is_years(at):
            found[at.keys] = [("year_built", 0.55)]
        elif _is_code(at) and at is not price:
            found[at.keys] = [("location.postcode", 0.55)]


def _is_number(at: PathProfile) -> bool:
    return bool(at.numbers) and at.numeric_share() > 0.8 and not at.is_many


def _decimals(at: PathProfile) -> float:
    lengths = sorted(len(word.replace(",", ".").partition(".")[2]) for word in at.seen)
    return lengths[len(lengths) // 2]


def _median(at: PathProfile) -> float:
    return sorted(at.numbers)[len(at.numbers) // 2]


def _counts_up(at: PathProfile) -> bool:
    return (
        len(at.numbers) > 2 and at.numbers == sorted(set(at.numbers)) and at.distinct == at.values
    )


def _is_years(at: PathProfile) -> bool:
    return all(number == 0 or 1800 < number < 2040 for number in at.numbers) and _median(at) > 1800


def _is_code(at: PathProfile) -> bool:
    """All of one length, as postcodes are, and not all round as prices are."""
    lengths = {len(word) for word in at.seen}
    return (
        lengths <= {4} | {5}
        and len(lengths) == 1
        and any(not word.endswith("0") for word in at.seen)
    )
