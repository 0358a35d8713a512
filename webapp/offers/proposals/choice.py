"""Which path fills which field: names and values weighed together, the surest pair first."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.offers.proposals.name_context import context_of
from webapp.offers.proposals.name_fit import fits_of
from webapp.offers.proposals.names import Name, name_of
from webapp.offers.proposals.profile import PathProfile, Profile
from webapp.offers.proposals.value_fit import recognised, value_fit
from webapp.offers.proposals.value_only import guessed_from_values
from webapp.offers.proposals.word_lists import code_of

ENOUGH = 0.5
"""Below this nothing is proposed."""
OF_SEVERAL = 0.75
"""How much a path counts for one value that holds several."""
# Fields that take every path that fits.
SEVERAL = frozenset(
    {
        "contact.phones",
        "contact.emails",
        "texts.title",
        "texts.description",
        "texts.short",
        "media.url",
        "media.plan",
        "media.video",
        "media.tour",
        "media.document",
        "features",
    }
)
# Their words may say the type and the deal as well.
SHARED = frozenset({"type", "category", "deals.deal", "deals.period", "status"})
CODED = frozenset({"status", "category", "type", "condition", "deals.deal", "deals.period"})
BY_WORDS = 0.72
"""How sure words are that everybody knows, under whatever name."""
SURE_WORDS = 0.65
NEARLY_ALL = 0.6
MUCH_MORE = 0.3
"""By how much other words must be surer than those of a name that is right for a part of them."""
NAMED = 0.9
"""How sure a name must be when no value is known."""
LONGEST_TITLE = 90
WITH_LISTS = SEVERAL | {"-"}


@dataclass(frozen=True, slots=True)
class Candidate:
    target: str
    at: PathProfile
    confidence: float

    @property
    def path(self) -> str:
        return self.at.path

    @property
    def name(self) -> Name:
        return name_of(self.at.key)


@dataclass(slots=True)
class Choice:
    profile: Profile
    taken: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    left: list[PathProfile] = field(default_factory=list)
    """Paths that no field took."""

    def first(self, target: str) -> Candidate | None:
        return self.taken[target][0] if self.taken.get(target) else None

    def all(self, target: str) -> list[Candidate]:
        return list(self.taken.get(target, ()))


def chosen(profile: Profile, id_paths: tuple[str, ...] = ()) -> Choice:
    """`id_paths` are spoken for, but may be the reference as well."""
    pairs = _pairs(profile)
    choice = Choice(profile)
    used: set[tuple[str, ...]] = set()
    for pair in sorted(pairs, key=_surest_first):
        keys = pair.at.keys
        if keys in used or pair.target == "id":
            continue
        if pair.path in id_paths and pair.target not in ("reference", "url"):
            continue
        if pair.target not in SEVERAL and pair.target != "-" and choice.taken.get(pair.target):
            continue
        used.add(keys)
        choice.taken[pair.target].append(pair)
    for target in SEVERAL:
        choice.taken[target].sort(key=lambda taken: _in_order(profile, taken))
    _drop_weak_repeats(choice)
    if not choice.taken["texts.title"]:
        _take_headlines(choice)
    choice.left = [at for keys, at in profile.paths.items() if keys not in used]
    _fill_by_words(choice, id_paths)
    return choice


def _pairs(profile: Profile) -> list[Candidate]:
    found: list[Candidate] = []
    by_values = guessed_from_values(profile)
    for keys, at in profile.paths.items():
        fits: Mapping[str, float] = fits_of(keys)
        for target, fit in fits.items():
            confidence = fit * value_fit(target, at)
            if at.is_many and target not in WITH_LISTS:
                confidence *= OF_SEVERAL
            if target in CODED and fit < NAMED and confidence < 0.8 * fit:
                confidence = 0.0
            if target == "-":
                # Only a name that says it outright is taken for none of ours.
                confidence = fit if fit > 0.8 else 0.0
            if confidence >= ENOUGH:
                found.append(Candidate(target, at, round(confidence, 3)))
        if not any(pair.at is at for pair in found[-len(fits) - 1 :]):
            found += [
                Candidate(target, at, confidence) for target, confidence in by_values.get(keys, ())
            ]
    return found


def _surest_first(pair: Candidate) -> tuple[float, int, int]:
    presence = pair.at.records
    return (-round(pair.confidence, 2), -presence, len(pair.at.keys))


def _in_order(profile: Profile, taken: Candidate) -> int:
    return list(profile.paths).index(taken.at.keys)


def _drop_weak_repeats(choice: Choice) -> None:
    """A second title or description counts only in another language; others must be as sure."""
    for target in ("texts.title", "texts.description", "texts.short"):
        best: dict[str | None, Candidate] = {}
        for taken in choice.all(target):
            language = language_of(taken.at.keys)
            if language not in best or taken.confidence > best[language].confidence:
                best[language] = taken
        choice.taken[target] = list(best.values())
        if len(best) > 1 and None in best:
            surest = max(taken.confidence for taken in best.values())
            if best[None].confidence < surest - 0.1:
                choice.taken[target].remove(best[None])
    for target in ("media.url", "features", "contact.phones", "contact.emails"):
        surest = max((taken.confidence for taken in choice.all(target)), default=0.0)
        kept = [taken for taken in choice.all(target) if taken.confidence >= surest - 0.3]
        choice.taken[target] = kept


def _take_headlines(choice: Choice) -> None:
    """What stands before the text is the title, where no other is and it is no longer than one."""
    for taken in choice.all("texts.short"):
        if taken.at.mean_length <= LONGEST_TITLE:
            choice.taken["texts.short"].remove(taken)
            choice.taken["texts.title"].append(Candidate("texts.title", taken.at, taken.confidence))


def language_of(keys: tuple[str, ...]) -> str | None:
    return next((name.language for key in reversed(keys) if (name := name_of(key)).language), None)


def _fill_by_words(choice: Choice, id_paths: tuple[str, ...]) -> None:
    """Words such as "for rent" or "villa" say what a column is, whatever it is called; the type's
    column often says the deal as well."""
    for target, words in (("type", "types"), ("deals.deal", "deals"), ("status", "statuses")):
        present = choice.first(target)
        known = recognised(words, present.at) if present is not None else 0.0
        if known > NEARLY_ALL:
            continue
        best: Candidate | None = None
        for at in choice.profile.paths.values():
            if at.is_many or at.mean_length > 50 or at.path in id_paths or at.mean_length < 3:
                continue
            if context_of(at.keys) in ("contact", "media", "features", "nearby"):
                continue
            if at.share("language", "currency", "country") > 0.5:
                continue
            if _is_spoken_for(choice, at, target):
                continue
            share = recognised(words, at) * at.records / max(1, choice.profile.records)
            confidence = round(BY_WORDS * share, 3)
            if confidence >= ENOUGH and (best is None or confidence > best.confidence):
                best = Candidate(target, at, confidence)
        # A name whose values are the vendor's own codes gives way to words that nobody doubts.
        sure = max(SURE_WORDS, BY_WORDS * (known + MUCH_MORE)) if known > 0.3 else SURE_WORDS
        if best is not None and (present is None or best.confidence > sure):
            choice.taken[target] = [best]
            if best.at in choice.left:
                choice.left.remove(best.at)


def _is_spoken_for(choice: Choice, at: PathProfile, target: str) -> bool:
    """Texts and words of places hold many a word by chance."""
    for other, taken in choice.taken.items():
        if any(pair.at is at for pair in taken):
            if target == "status" and other == "deals.deal" and _says_more_than_active(at):
                return False
            return target == "status" or other == target or other not in SHARED
    return False


def _says_more_than_active(at: PathProfile) -> bool:
    """For sale, sale agreed and sold in one column: the deal and the status at once."""
    codes = {code_of("statuses", word) for word in at.seen}
    return None not in codes and bool(codes - {"active"})
