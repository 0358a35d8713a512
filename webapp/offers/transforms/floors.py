"""The floor a home is on, as agencies write it: 3, 3rd floor, 2. OG, 3/5, EG, planta baja."""

import re
from typing import Any

from webapp.offers.transforms.numbers import integer

# With a name only: "Block 3" or "3 bedrooms" are no floors.
NAMES = (
    r"(?:etage|etg|og|stock|stockwerk|geschoss|obergeschoss|floor|fl|storey|level|planta|piso|pt"
    r"|andar|piano|étage|etage|ème|ème étage|eme etage|этаж|эт|етаж|ет|verdieping|piętro|pietro"
    r"|våning|vaning|sal|kat|όροφος)"
)
ORDINAL = r"(?:\.|º|ª|°|o|a|st|nd|rd|th|er|e|ème|eme|-?[йияти]{1,3})?"
NUMBERED = re.compile(rf"(-?[0-9]{{1,3}}) ?{ORDINAL} ?{NAMES}\.?|{NAMES}\.? ?(-?[0-9]{{1,3}})")
OF_SEVERAL = re.compile(r"(-?[0-9]{1,3}) ?(?:/|of|von|de|из|от) ?[0-9]{1,3}")
ORDINAL_ALONE = re.compile(r"(-?[0-9]{1,3}) ?(?:\.|º|ª|°|st|nd|rd|th|er|ème|eme|-?[йияти]{1,3})")
GROUND = frozenset(
    [
        *("ground", "ground floor", "groundfloor", "g", "eg", "erdgeschoss", "parterre", "bj"),
        *("bajo", "planta baja", "pb", "baja", "rdc", "rez-de-chaussée", "rez", "rez de chaussée"),
        *("rez-de-chaussee", "piano terra", "pt", "terra", "t", "térreo", "terreo", "r/c", "rc"),
        *("rés do chão", "parter", "партер", "begane grond", "bottenvåning", "stuen", "zemin"),
    ]
)
BELOW = frozenset(
    [
        *("basement", "lower ground", "lower ground floor", "ug", "souterrain", "untergeschoss"),
        *("keller", "sótano", "sotano", "ss", "st", "semisótano", "sous-sol", "seminterrato"),
        *("interrato", "subsolo", "сутерен", "подвал", "цоколь", "цокольный"),
        *("цокольный этаж", "suterena", "källare", "kælder"),
    ]
)


def floor(value: Any) -> int | None:
    """:raise BadValue: bad_number"""
    if not isinstance(value, str) or value.isdigit():
        return integer(value)
    said = " ".join(value.split()).casefold()
    if said in GROUND:
        return 0
    if said in BELOW:
        return -1
    for pattern in (NUMBERED, OF_SEVERAL, ORDINAL_ALONE):
        if (found := pattern.fullmatch(said)) is not None:
            return int(next(part for part in found.groups() if part is not None))
    return integer(value)
