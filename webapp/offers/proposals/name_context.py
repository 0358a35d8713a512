"""What the elements around a value say of it: the name of a photo's agent is no title."""

from webapp.offers.proposals.name_matches import NEARLY, matches
from webapp.offers.proposals.names import Name, name_of, without_neutral
from webapp.offers.proposals.profile import Keys
from webapp.offers.proposals.word_lists import word_list

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
        "bezeichnung",
        "namn",
        "naam",
        "titel",
        "descripcion",
        "descrizione",
        "description",
        "desc",
        "наименование",
        "име",
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
    "location": ("location.", "floor"),
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


def context_of(keys: Keys) -> str | None:
    """What the nearest telling element around the last key is about."""
    for key in reversed(keys[:-1]):
        words = name_of(key).words
        for candidate in ("".join(words), "".join(without_neutral(words)), *words[-1:], *words[:1]):
            contexts = word_list("contexts").get(candidate, ())
            if contexts:
                return contexts[0]
    return None


def within(context: str, found: dict[str, float], leaf: Name) -> dict[str, float]:
    """What of `found` may be meant where the elements around speak of `context`."""
    if context == "contact":
        found = {IN_A_CONTACT.get(target, target): score for target, score in found.items()}
        if set(leaf.words) & ID_WORDS:
            found["contact.agent_ref"] = NEARLY
    if context == "media":
        return _of_media(found, leaf)
    if context == "texts":
        return found
    if context == "features":
        return {"features": max(0.9, found.get("features", 0.0))} if _is_plain(leaf) else found
    if context == "price" and leaf.words in (("sale",), ("rent",), ("venta",), ("alquiler",)):
        found["deals.amount." + ("sale" if leaf.words[0] in ("sale", "venta") else "rent")] = 1.0
    if context in ("price", "energy", "areas"):
        # An element named like a price or a size may stand around everything else, too.
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
    return leaf.joined in GENERIC or dict(matches(leaf.words)).get("features", 0.0) >= NEARLY
