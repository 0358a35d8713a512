"""Which fields of ours the name of a path may mean, with how sure its words are."""

from collections.abc import Iterator

from webapp.offers.proposals.names import Name, name_of, without_neutral, words_of
from webapp.offers.proposals.profile import Keys
from webapp.offers.proposals.word_lists import code_of, phrases_within, word_list

EXACT, NEARLY, WITHIN, COMPOUND = 1.0, 0.95, 0.42, 0.36
OF_ITS_PARENT = 0.96
"""How much of a name is left when only the element around the value has it."""
SHORTEST_COMPOUND = 4
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
ID_WORDS = frozenset(
    [
        "id",
        "code",
        "codice",
        "codigo",
        "kod",
        "код",
        "ид",
        "nr",
        "number",
        "nummer",
        "номер",
        "ref",
        "uid",
        "pk",
    ]
)
GENERIC = frozenset(
    [
        "value",
        "values",
        "amount",
        "text",
        "name",
        "wert",
        "betrag",
        "valor",
        "nombre",
        "name",
        "nom",
        "nome",
        "texto",
        "testo",
        "texte",
        "summe",
        "data",
        "значение",
        "текст",
        "сумма",
        "название",
        "стойност",
        "content",
        "cdata",
        "rendered",
        "label",
        "item",
        "entry",
        "string",
        "number",
        "val",
        "url",
        "link",
        "src",
        "href",
        "path",
        "file",
        "src0",
        "large",
        "original",
        "big",
        "full",
        "location",
        "uri",
        "ссылка",
        "адрес",
        "линк",
        "display",
        "main",
        "primary",
        "raw",
        "min",
        "from",
        "current",
        "total",
        "datum",
        "code",
        "uml",
        "title",
        "libelle",
        "v",
        "t",
        "el",
        "element",
        "elem",
        "foto",
        "photo",
        "image",
        "picture",
        "bild",
        "imagen",
        "immagine",
        "фото",
        "снимка",
    ]
)
# What an element around a value says of it: only these fields may be meant, the rest is not ours.
FIELDS_WITHIN: dict[str, tuple[str, ...]] = {
    "contact": ("contact.",),
    "media": ("media.",),
    "features": ("features",),
    "price": ("deals.", "-"),
    "location": ("location.",),
    "areas": ("areas.",),
    "energy": ("energy.",),
    "nearby": (),
}
IN_A_CONTACT = {
    "texts.title": "contact.name",
    "id": "contact.agent_ref",
    "reference": "contact.agent_ref",
    "contact.phones": "contact.phones",
}
ADDRESS_OF_MEDIA = frozenset(
    [
        "url",
        "link",
        "src",
        "href",
        "path",
        "file",
        "large",
        "original",
        "big",
        "full",
        "uri",
        "image",
        "photo",
        "picture",
        "foto",
        "bild",
        "ссылка",
        "линк",
        "адрес",
        "imagen",
        "immagine",
        "фото",
        "снимка",
        "enlace",
        "lien",
        "datei",
        "archivo",
        "fichier",
        "indirizzo",
        "location",
        "pfad",
        "fileurl",
        "highres",
        "value",
        "imageurl",
        "photourl",
    ]
)
OF_A_MEDIUM = frozenset({"media.url", "media.plan", "media.video", "media.tour", "media.document"})


def fits_of(keys: Keys) -> dict[str, float]:
    """Our fields (also `id`, `deals.amount.rent`, `-` for what is none of ours) to 0..1."""
    names = [name_of(key) for key in keys]
    while len(names) > 1 and names[-1].is_a_language:
        names.pop()
    leaf, parents = names[-1], names[:-1]
    context = context_of(keys[: len(names)])
    found: dict[str, float] = {}
    for words, weight in _readings(leaf, parents):
        for target, score in _matches(words):
            found[target] = max(found.get(target, 0.0), score * weight)
    if len(leaf.words) > 1 and _speaks_of_a_person(leaf.words):
        found = {
            target: score if target.startswith(("contact.", "-")) else score * OF_A_DETAIL
            for target, score in found.items()
        }
    for target, score in _of_a_person(leaf.words):
        found[target] = max(found.get(target, 0.0), score)
    if leaf.unit is not None and (noun := code_of("features", " ".join(leaf.words))) in AREAS_OF:
        found[AREAS_OF[noun]] = NEARLY
    if context is not None:
        found = _within(context, found, leaf, parents)
    if leaf.unit is not None:
        # A price with a unit of area is one for each of them.
        prices = [target for target in found if target.startswith("deals.amount")]
        found |= {"-": EXACT} if prices else {}
        found = {target: score for target, score in found.items() if target not in prices}
    if keys[0] == "#parent":
        found = {target: score * OF_THE_PARENT for target, score in found.items()}
    depth = len(parents)
    return {target: round(score - A_LEVEL * depth, 3) for target, score in found.items()}


def context_of(keys: Keys) -> str | None:
    """What the nearest telling element around the last key is about."""
    for key in reversed(keys[:-1]):
        words = name_of(key).words
        for candidate in ("".join(words), "".join(without_neutral(words)), *words[-1:], *words[:1]):
            contexts = word_list("contexts").get(candidate, ())
            if contexts:
                return contexts[0]
    return None


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


def _own_weight(leaf: Name, parents: list[Name]) -> float:
    """`garage.type` is the garage's type, `details.type` the offer's."""
    if not parents or set(leaf.words).isdisjoint(DETAILS) or len(leaf.words) > 1:
        return 1.0
    parent = parents[-1].words
    return 1.0 if not without_neutral(parent) or set(parent) & WRAPPERS else OF_A_DETAIL


def _singular(words: tuple[str, ...]) -> frozenset[str]:
    """The words, and those that they are the plural of."""
    return frozenset(words) | {word.removesuffix("s") for word in words}


def _matches(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    known = word_list("fields")
    joined = "".join(words)
    if not joined:
        return
    for target in known.get(joined, ()):
        yield target, EXACT
    bare = without_neutral(words)
    for target in known.get("".join(bare), ()):
        yield target, NEARLY
    if not bare:
        return
    size = sum(map(len, bare))
    for phrase in phrases_within(words):
        share = min(1.0, len(phrase) / max(size, len(phrase)))
        for target in known.get(phrase, ()):
            yield target, WITHIN + 0.5 * share
    yield from _compounds("".join(bare), size)


def _compounds(joined: str, size: int) -> Iterator[tuple[str, float]]:
    """German and lower-case names write their words together."""
    known = word_list("fields")
    for length in range(size - 1, SHORTEST_COMPOUND - 1, -1):
        for part in (joined[:length], joined[-length:]):
            for target in known.get(part, ()):
                yield target, COMPOUND + 0.5 * length / size


def _of_a_person(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """`agente_id`, `Телефон агента`: of the person who sells, though all in one name."""
    for person, rest in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        if not rest or word_list("contexts").get("".join(person)) != ("contact",):
            continue
        if without_neutral(rest) == () or set(rest) & ID_WORDS:
            yield "contact.agent_ref", NEARLY
        for target, score in _matches(rest):
            own = IN_A_CONTACT.get(target, target)
            if own.startswith("contact.") and score >= NEARLY:
                yield own, score


def _speaks_of_a_person(words: tuple[str, ...]) -> bool:
    return any(word_list("contexts").get(word) == ("contact",) for word in words)


def _within(
    context: str, found: dict[str, float], leaf: Name, parents: list[Name]
) -> dict[str, float]:
    if context == "contact":
        found = {IN_A_CONTACT.get(target, target): score for target, score in found.items()}
        if set(leaf.words) & ID_WORDS:
            found["contact.agent_ref"] = NEARLY
    if context == "media":
        return _of_media(found, leaf)
    if context == "features":
        return {"features": max(0.9, found.get("features", 0.0))} if _is_plain(leaf) else found
    if context == "price" and leaf.words in (("sale",), ("rent",), ("venta",), ("alquiler",)):
        found["deals.amount." + ("sale" if leaf.words[0] in ("sale", "venta") else "rent")] = 1.0
    if context in ("price", "energy"):
        # An element named like a price or a certificate may stand around everything else, too.
        allowed = FIELDS_WITHIN[context]
        return {
            target: score if target.startswith(allowed) else score - 0.15
            for target, score in found.items()
        }
    allowed = FIELDS_WITHIN[context]
    return {target: score for target, score in found.items() if target.startswith(allowed)}


def _of_media(found: dict[str, float], leaf: Name) -> dict[str, float]:
    kept = {target: score for target, score in found.items() if target in OF_A_MEDIUM}
    words = leaf.words or ("url",)
    if words[-1] in ADDRESS_OF_MEDIA or words[0] in ADDRESS_OF_MEDIA:
        kept["media.url"] = max(0.95, kept.get("media.url", 0.0))
    elif "media.url" in kept and not set(words) & ADDRESS_OF_MEDIA:
        # image.id, image.width: the name fits only because of the element around it.
        kept["media.url"] = min(kept["media.url"], 0.8)
    return kept


def _is_plain(leaf: Name) -> bool:
    return leaf.joined in GENERIC or "features" in dict(_matches(leaf.words))


def says(list_name: str, keys: Keys) -> str | None:
    """The code of a word list that the name itself holds: `PrecoVenda` says sale."""
    known = word_list(list_name)
    for key in reversed(keys):
        words = words_of(key)
        for phrase in phrases_within(words):
            if len(phrase) > 2 and (codes := known.get(phrase)):
                return codes[0]
    return None
