"""Addresses in tables without names: a street is known by its words, and what a number, a postcode
and the words after it are by standing beside it."""

import re

from webapp.offers.proposals.profile import Keys, PathProfile, Profile

STREET = re.compile(
    r".*(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|straat|laan|gatan|vej|utca)\b.*"
    r"|(?:rue|avenue|av\.|boulevard|chemin|route|place|calle|c/|avenida|avda\.?|paseo|plaza|rua"
    r"|travessa|via|viale|piazza|corso|ul\.|ulica|al\.|ул\.?|улица|бул\.?|булевард|проспект"
    r"|пр-т)\s.*"
    r"|.*\b(?:street|road|avenue|lane|drive|court|square)\b.*",
    re.IGNORECASE,
)
HOUSE_NUMBER = re.compile(
    r"[0-9]{1,4} ?[a-zа-я]?(?: ?[-/+] ?[0-9]{1,4} ?[a-zа-я]?)?", re.IGNORECASE
)
CODE = re.compile(r"[0-9]{4,6}|[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}|[0-9]{5}-[0-9]{3}")
PLACE = re.compile(r"[^\W\d_][^\d_]{1,40}")
LONGEST_STREET = 60
BESIDE = 0.64


def address_beside(profile: Profile) -> dict[Keys, str]:
    """Only where a street, or a postcode with a place after it, is told by its words."""
    columns = list(profile.paths.values())
    columns.sort(key=lambda at: int(at.key) if at.key.isdigit() else len(columns))
    found: dict[Keys, str] = {}
    street = next((at for at in columns if _are(STREET, at, LONGEST_STREET)), None)
    if street is None:
        return {}
    found[street.keys] = "location.street"
    after = columns[columns.index(street) + 1 :][:4]
    if after and _are(HOUSE_NUMBER, after[0], 12):
        found[after.pop(0).keys] = "location.number"
    if after and _are(CODE, after[0], 12):
        found[after.pop(0).keys] = "location.postcode"
        for at, target in zip(after, ("location.city", "location.district"), strict=False):
            if not _are(PLACE, at, LONGEST_STREET):
                break
            found[at.keys] = target
    return found


def _are(pattern: re.Pattern[str], at: PathProfile, longest: float) -> bool:
    if at.is_many or at.mean_length > longest:
        return False
    return sum(pattern.fullmatch(word) is not None for word in at.seen) > 0.8 * at.distinct
