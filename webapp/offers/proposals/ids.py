"""Which path tells the records apart: by its name and by the samples; whoever reads the whole file
decides between the candidates."""

import re
from dataclasses import dataclass

from webapp.offers.proposals.name_context import context_of
from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.profile import PathProfile, Profile, quoted_path
from webapp.offers.proposals.value_fit import value_fit

MOST_CANDIDATES = 6
JOINED_NUMBERS = re.compile(r"(?=(?:\D*\d){4})[A-Z]{0,5} ?\d+(?: ?[./-] ?\w{1,8})+")
"""2117 / 1 / 16, as housing companies number their flats."""
A_LEVEL = 0.08
DETAIL_OF_AN_ELEMENT = 0.45
"""How much `city.@id` counts: it identifies the city."""


@dataclass(frozen=True, slots=True)
class IdCandidate:
    path: str
    confidence: float
    quoted: str


def id_candidates(profile: Profile) -> list[IdCandidate]:
    """Best first. Only of paths that nearly every sample has, with few repetitions."""
    found = []
    for at in profile.paths.values():
        confidence = _confidence(profile, at)
        if confidence >= 0.3:
            found.append(IdCandidate(at.path, round(confidence, 3), quoted_path(at.keys)))
    found.sort(key=lambda candidate: -candidate.confidence)
    return found[:MOST_CANDIDATES]


def _confidence(profile: Profile, at: PathProfile) -> float:
    if (
        at.is_many
        or at.records < 0.9 * profile.records
        or context_of(at.keys)
        in (
            "contact",
            "media",
            "nearby",
            "features",
        )
    ):
        return 0.0
    unique = at.distinct / at.values
    if unique < 0.5 and profile.records > 3:
        return 0.0
    fits = fits_of(at.keys)
    named = max(fits.get("id", 0.0), 0.9 * fits.get("reference", 0.0)) * value_fit("id", at)
    if max(fits.get("contact.agent_ref", 0.0), fits.get("parent_id", 0.0)) > named:
        return 0.0
    if not named:
        named = _unnamed(at)
    if at.keys[-1].startswith("@") and at.keys[:-1] in profile.paths:
        named *= DETAIL_OF_AN_ELEMENT
    named -= A_LEVEL * (len(at.keys) - 1)
    if _is_positions(at):
        named *= 0.7
    return named * (0.6 + 0.4 * unique) * (at.records / profile.records)


def _unnamed(at: PathProfile) -> float:
    """Codes that differ everywhere may be ids, whatever their name; addresses as a last resort."""
    if at.distinct < at.values or at.mean_length > 60:
        return 0.34 if at.distinct == at.values and at.share("url") > 0.9 else 0.0
    if at.share("email", "phone", "decimal", "point", "image") > 0.5:
        return 0.0
    if at.share("date") > 0.5 and at.mean_length > 8:
        return 0.0
    if at.share("url") > 0.9:
        return 0.35
    named = any(any(map(str.isalpha, key)) for key in at.keys)
    if all(JOINED_NUMBERS.fullmatch(word) for word in at.seen):
        return 0.45 if named else 0.62
    if at.share("code") > 0.8:
        if at.share("integer") > 0.8:
            # One or two digits are house numbers, rooms or floors.
            return 0.38 if named else 0.6 if at.mean_length > 2 else 0.4
        return 0.45 if named else 0.6
    return 0.0


def _is_positions(at: PathProfile) -> bool:
    """1, 2, 3 …: the place in the file, which changes when another offer comes or goes."""
    return (
        len(at.numbers) > 2
        and at.numbers
        == [
            float(number)
            for number in range(int(at.numbers[0]), int(at.numbers[0]) + len(at.numbers))
        ]
        and at.numbers[0] in (0.0, 1.0)
    )
