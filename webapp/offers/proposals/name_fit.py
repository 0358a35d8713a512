"""Which fields of ours the name of a path may mean, with how sure its words are."""

from collections.abc import Iterator

from webapp.offers.proposals.name_context import GENERIC, ID_WORDS, IN_A_CONTACT, context_of, within
from webapp.offers.proposals.name_matches import EXACT, NEARLY, matches
from webapp.offers.proposals.names import Name, name_of, without_neutral, words_of
from webapp.offers.proposals.profile import Keys
from webapp.offers.proposals.word_lists import OF_AREAS, code_of, phrases_within, word_list

OF_ITS_PARENT = 0.96
"""How much of a name is left when only the element around the value has it."""
A_LEVEL = 0.02
OF_THE_PARENT = 0.6
"""How much a value of the object around several records may say of one of them."""
AREAS_OF = {
    "garden": "areas.garden",
    "terrace": "areas.terrace",
    "balcony": "areas.terrace",
    "kitchen": "areas.kitchen",
}
DETAILS = frozenset({"type", "id", "code", "name", "category", "kind", "status", "tipo", "typ"})
WRAPPERS = frozenset(
    {"details", "detail", "general", "main", "basic", "attributes", "characteristics", "standard"}
    | {"fields", "identification", "datos", "dati", "daten", "post", "features", "classification"}
)
OF_A_DETAIL = 0.65
IDS = frozenset({"id", "ids", "uid", "guid", "ид", "pk"})
OF_IDS = ("id", "reference", "contact.agent_ref", "parent_id", "-")


def fits_of(keys: Keys) -> dict[str, float]:
    """Our fields (also `id`, `deals.amount.rent`, `-` for what is none of ours) to 0..1."""
    if keys[-1] == "#name":
        # An element's own name: what it means is in its words.
        return {}
    names = [name_of(key) for key in keys]
    while len(names) > 1 and names[-1].is_a_language:
        names.pop()
    leaf, parents = names[-1], names[:-1]
    context = context_of(keys[: len(names)])
    found: dict[str, float] = {}
    for words, weight in _readings(leaf, parents):
        for target, score in matches(words):
            found[target] = max(found.get(target, 0.0), score * weight)
    found = _of_somebody_or_a_table(leaf.words, found)
    for target, score in _of_a_person(leaf.words):
        found[target] = max(found.get(target, 0.0), score)
    if leaf.unit is not None:
        found |= dict.fromkeys(word_list("fields").get(leaf.joined + OF_AREAS, ()), NEARLY)
    if leaf.unit is not None and (noun := code_of("features", " ".join(leaf.words))) in AREAS_OF:
        found[AREAS_OF[noun]] = NEARLY
    if context is not None:
        found = within(context, found, leaf)
    if leaf.unit is not None:
        # A price with a unit of area is one for each of them.
        prices = [target for target in found if target.startswith("deals.amount")]
        found |= {"-": EXACT} if prices else {}
        found = {target: score for target, score in found.items() if target not in prices}
    if keys[0] == "#parent":
        found = {target: score * OF_THE_PARENT for target, score in found.items()}
    depth = len(parents)
    return {target: round(score - A_LEVEL * depth, 3) for target, score in found.items()}


def _readings(leaf: Name, parents: list[Name]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The words that may be meant, each with how much of the name they are."""
    yield leaf.words, _own_weight(leaf, parents)
    if not parents:
        return
    parent = parents[-1]
    if len(leaf.words) > 1 and leaf.words[0] in _singular(parent.words):
        # address.addressTown, features.featureType
        yield leaf.words[1:], 0.99
    yield (*parent.words, *leaf.words), 1.0
    yield (*leaf.words, *parent.words), 0.99
    if leaf.joined in GENERIC or not leaf.words:
        yield parent.words, OF_ITS_PARENT
        if len(parents) > 1:
            above = parents[-2]
            yield (*above.words, *parent.words), OF_ITS_PARENT
            if parent.joined in GENERIC or not parent.words:
                yield above.words, OF_ITS_PARENT**2


def _of_somebody_or_a_table(words: tuple[str, ...], found: dict[str, float]) -> dict[str, float]:
    """`agent city` is the agent's; `city id` is a key of the vendor's own table."""
    if len(words) < 2:
        return found
    kept: tuple[str, ...] = ()
    if _is_an_offers_id(words):
        # agency_property_id, AnbieterObjektID
        kept = ("id", "reference", "-")
    elif _speaks_of_a_person(words):
        kept = ("contact.", "-")
    elif words[-1] in IDS:
        kept = OF_IDS
    return {
        target: score if not kept or target.startswith(kept) else score * OF_A_DETAIL
        for target, score in found.items()
    }


def _own_weight(leaf: Name, parents: list[Name]) -> float:
    """`garage.type` is the garage's type, `details.type` the offer's."""
    if not parents or set(leaf.words).isdisjoint(DETAILS) or len(leaf.words) > 1:
        return 1.0
    parent = parents[-1].words
    return 1.0 if not without_neutral(parent) or set(parent) & WRAPPERS else OF_A_DETAIL


def _singular(words: tuple[str, ...]) -> frozenset[str]:
    """The words, and those that they are the plural of."""
    return frozenset(words) | {word.removesuffix("s") for word in words}


def _of_a_person(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """`agente_id`, `Телефон агента`: of the person who sells, though all in one name."""
    for person, rest in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        if not rest or word_list("contexts").get("".join(person)) != ("contact",):
            continue
        if _is_an_offers_id(rest):
            continue
        if without_neutral(rest) == () or set(rest) & ID_WORDS:
            yield "contact.agent_ref", NEARLY
        for target, score in matches(rest):
            own = IN_A_CONTACT.get(target, target)
            if own.startswith("contact.") and score >= NEARLY:
                yield own, score


def _is_an_offers_id(words: tuple[str, ...]) -> bool:
    return len(words) > 1 and words[-1] in ID_WORDS and words[-2] in word_list("records")


def _speaks_of_a_person(words: tuple[str, ...]) -> bool:
    return any(word_list("contexts").get(word) == ("contact",) for word in words)


def says(list_name: str, keys: Keys) -> str | None:
    """The code of a word list that the name itself holds: `PrecoVenda` says sale."""
    known = word_list(list_name)
    for key in reversed(keys):
        words = words_of(key)
        for phrase in phrases_within(words):
            if len(phrase) > 2 and (codes := known.get(phrase)):
                return codes[0]
    return None
