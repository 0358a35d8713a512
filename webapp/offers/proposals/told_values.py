"""Columns without a name whose cells say themselves what they are: `4 bed`, `126 sq m`, `C2`,
`per month`, `Co. Meath`, the postcodes of some countries."""

import re
from collections.abc import Callable, Iterator

from webapp.offers.proposals.counted import field_counted
from webapp.offers.proposals.profile import Keys, PathProfile
from webapp.offers.proposals.value_fit import recognised
from webapp.offers.proposals.values import UNIT
from webapp.offers.transforms.units import unit_of

POSTCODE = re.compile(
    r"[0-9]{2}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}|[0-9]{5}-[0-9]{3}|[0-9]{4}-[0-9]{3}|[0-9]{3} [0-9]{2}"
    r"|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z][0-9][0-9W] ?[A-Z0-9]{4}"
    r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]"
)
REGION = re.compile(
    r"(?:co\.|county|prov(?:ince|\.)|provincia|département|land|обл\.|област|woj\.) .+"
    r"|.+(?: county| province| län|s amt| megye| область| край| обл\.)",
    re.IGNORECASE,
)
ENERGY_CLASS = re.compile(r"[A-H](?:[1-4]|\+{1,3}|-)?")
MOST = 0.8
TOLD = 0.65
LIKELY = 0.55


def told_by_values(at: PathProfile) -> Iterator[tuple[str, float]]:
    if at.is_many or at.mean_length > 40:
        return
    counted = field_counted(at)
    if counted is not None:
        yield counted, TOLD
    elif _are(POSTCODE, at):
        yield "location.postcode", TOLD
    elif _are(REGION, at):
        yield "location.region", TOLD
    elif _are(ENERGY_CLASS, at) and at.distinct > 1:
        yield "energy.class", LIKELY
    elif recognised("periods", at) > MOST and at.mean_length > 4:
        yield "deals.period", TOLD
    elif _share(at, _is_area) > MOST:
        yield "areas.total", TOLD


def floors_for_rooms(
    paths: dict[Keys, PathProfile], found: dict[Keys, list[tuple[str, float]]]
) -> None:
    """Where cells say how many bedrooms there are, small numbers with a 0 are floors."""
    targets = {target for guesses in found.values() for target, _ in guesses}
    if "bedrooms" not in targets or "floor" in targets:
        return
    for keys, guesses in found.items():
        if guesses[0][0] == "rooms" and min(paths[keys].numbers, default=1) <= 0:
            found[keys] = [("floor", guesses[0][1])]


def _are(pattern: re.Pattern[str], at: PathProfile) -> bool:
    return _share(at, lambda word: pattern.fullmatch(word) is not None) > MOST


def _share(at: PathProfile, holds: Callable[[str], bool]) -> float:
    return sum(map(holds, at.seen)) / max(1, at.distinct)


def _is_area(word: str) -> bool:
    measured = UNIT.fullmatch(word)
    return measured is not None and unit_of(measured["unit"]) is not None
