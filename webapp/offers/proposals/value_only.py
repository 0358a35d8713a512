"""What the values alone say, for columns whose name says nothing: tables without a header row."""

import re
from collections.abc import Iterator
from itertools import pairwise

from webapp.offers.proposals.names import name_of
from webapp.offers.proposals.neighbours import BESIDE, address_beside
from webapp.offers.proposals.profile import Keys, PathProfile, Profile
from webapp.offers.proposals.told_values import floors_for_rooms, told_by_values
from webapp.offers.proposals.value_fit import recognised

Guesses = dict[Keys, list[tuple[str, float]]]
FLOOR = re.compile(
    r"[0-9]{1,2}(?:\.|º|ª|°|st|nd|rd|th|-?й|-?и)? ?"
    r"(?:etage|og|stock|stockwerk|obergeschoss|floor|planta|piso|piano|andar|étage|этаж|етаж)",
    re.IGNORECASE,
)
NAME = re.compile(r"[^\W\d_]+(?:[ .-]+[^\W\d_]+){1,3}")
LONGEST_TITLE = 120
NO_NAME = 0.65
"""How sure a value can be at most without a name beside it."""


def guessed_from_values(profile: Profile) -> Guesses:
    nameless = all(not any(map(str.isalpha, key)) for keys in profile.paths for key in keys)
    found: Guesses = {}
    address = address_beside(profile) if nameless else {}
    for keys, at in profile.paths.items():
        guesses = list(_certain(at))
        if keys in address:
            guesses = [(address[keys], BESIDE)]
        elif nameless and (told := list(told_by_values(at))):
            guesses += told
        elif nameless:
            # Other short words are no second address.
            guesses += [
                guess
                for guess in _likely(profile, at)
                if not (address and guess[0].startswith("location."))
            ]
        if guesses:
            found[keys] = guesses
    if nameless:
        _add_numbers(profile, found)
        floors_for_rooms(profile.paths, found)
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
    elif all(FLOOR.fullmatch(word) for word in at.seen):
        yield "floor", 0.62
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
    """The longest is the description, the next one the title; short ones are places or people."""
    texts = [other for other in profile.paths.values() if other.share("text") > 0.8]
    by_length = sorted(texts, key=lambda other: -other.mean_length)
    titles = [
        other
        for other in by_length
        if 14 < other.mean_length <= LONGEST_TITLE and other.records * 2 >= profile.records
    ]
    if at is by_length[0] and at.mean_length > 35:
        yield "texts.description", 0.6
    elif at in titles[:2] and at.distinct > at.values * 0.7 and at is not by_length[0]:
        yield "texts.title", 0.55
    elif sum(word[-1:].isdigit() or word[:1].isdigit() for word in at.seen) > at.distinct / 2:
        yield "location.street", 0.52
    elif sum(NAME.fullmatch(word) is not None for word in at.seen) > at.distinct * 0.8 and (
        at.distinct < at.values and _stands_beside_contacts(profile, at)
    ):
        yield "contact.name", 0.52
    elif at.mean_length < 20 and at.distinct < at.values * 2:
        places = [other for other in texts if _is_a_place(profile, other)]
        if at in places:
            yield _PLACES[min(len(places), 3)][min(places.index(at), 2)], 0.52


_PLACES: dict[int, tuple[str, ...]] = {
    1: ("location.city",),
    2: ("location.city", "location.district"),
    3: ("location.region", "location.city", "location.district"),
}


def _is_a_place(profile: Profile, at: PathProfile) -> bool:
    """Short words with capital letters or none, no digits, and none of the words we know."""
    if at.mean_length > 20 or any(any(map(str.isdigit, word)) for word in at.seen):
        return False
    if max(recognised(words, at) for words in ("types", "deals", "statuses", "conditions")) > 0.4:
        return False
    return not (_stands_beside_contacts(profile, at) and at.distinct < at.values)


def _stands_beside_contacts(profile: Profile, at: PathProfile) -> bool:
    columns = list(profile.paths.values())
    place = columns.index(at)
    beside = columns[max(0, place - 2) : place + 3]
    return any(other.share("email", "phone") > 0.8 for other in beside)


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
    for phone in [at for at in prices if _are_phones(at)]:
        found[phone.keys] = [("contact.phones", 0.55)]
        prices.remove(phone)
        rest.remove(phone)
    price = max(prices, key=_median, default=None)
    if price is not None:
        found[price.keys] = [("deals.amount", 0.55)]
    areas = [
        at for at in rest if at is not price and 15 <= _median(at) < 5000 and not _is_years(at)
    ]
    if areas:
        found[areas[0].keys] = [("areas.total", 0.52)]
    rooms = [at for at in rest if 1 <= _median(at) <= 8 and max(at.numbers) <= 20]
    # What is the same everywhere counts something else, where there is another.
    rooms.sort(key=lambda at: at.distinct == 1)
    if rooms:
        found[rooms[0].keys] = [("rooms", 0.52)]
    for at, above in pairwise(rooms[1:] + [at for at in rest if at not in rooms and _are_low(at)]):
        # The floor, and how many the building has.
        if len(at.numbers) == len(above.numbers) and _none_exceeds(at, above):
            found[at.keys] = [("floor", 0.5)]
            found[above.keys] = [("floors_total", 0.5)]
            break
    for at in rest:
        if _is_years(at):
            found[at.keys] = [("year_built", 0.55)]
        elif _is_code(at) and at is not price:
            found[at.keys] = [("location.postcode", 0.55)]


def _are_phones(at: PathProfile) -> bool:
    """Long, of about one length, and not round."""
    lengths = {len(word) for word in at.seen}
    round_ones = sum(word.endswith("000") for word in at.seen)
    return min(lengths) >= 8 and max(lengths) - min(lengths) <= 3 and round_ones < at.distinct / 3


def _are_low(at: PathProfile) -> bool:
    return max(at.numbers) <= 60 and min(at.numbers) >= -3


def _none_exceeds(at: PathProfile, above: PathProfile) -> bool:
    pairs = list(zip(at.numbers, above.numbers, strict=True))
    return all(low <= high for low, high in pairs) and any(low < high for low, high in pairs)


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
        and all(map(str.isdigit, at.seen))
        and any(not word.endswith("0") for word in at.seen)
    )
