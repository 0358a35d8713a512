"""Texts of a proposed mapping, a language each: by columns such as title_en, by children named
after languages, by lists of items that say theirs, or one text whose words show its language."""

import re
from collections import Counter, defaultdict

from webapp.offers.proposals.choice import Candidate, Choice, language_of
from webapp.offers.proposals.names import name_of, words_of
from webapp.offers.proposals.profile import Keys, path_of
from webapp.offers.proposals.rule_parts import Json, constant, rule
from webapp.offers.proposals.word_lists import word_list

FIELDS = ("title", "short", "description")
SELF = "."
# Letters that only one language of Cyrillic has.
LETTERS = {"ы": "ru", "э": "ru", "ї": "uk", "є": "uk", "ґ": "uk"}
HARD_SIGN = re.compile("ъ(?![еёюя])")
"""A vowel in Bulgarian; in Russian it stands before a few vowels only."""


def text_blocks(choice: Choice) -> list[Json]:
    texts = [(name, pair) for name in FIELDS for pair in choice.all(f"texts.{name}")]
    in_items: dict[Keys, list[tuple[str, Candidate]]] = defaultdict(list)
    by_child: dict[str, Candidate] = {}
    by_column: dict[str | None, dict[str, Candidate]] = defaultdict(dict)
    for name, pair in texts:
        item = _item_with_language(choice, pair)
        if item is not None:
            in_items[item].append((name, pair))
        elif name_of(pair.at.key).is_a_language and len(pair.at.keys) > 1:
            by_child.setdefault(name, pair)
        else:
            by_column[language_of(pair.at.keys)].setdefault(name, pair)
    blocks = [_of_items(choice, item, fields) for item, fields in in_items.items()]
    if by_child:
        parents = {name: path_of(pair.at.keys[:-1]) for name, pair in by_child.items()}
        blocks.append({"by_language": parents})
    blocks += [_of_columns(choice, language, fields) for language, fields in by_column.items()]
    return blocks


def _item_with_language(choice: Choice, pair: Candidate) -> Keys | None:
    """The element that holds the text together with its language."""
    for item in (pair.at.keys, pair.at.keys[:-1]):
        if item and _language_within(choice, item) is not None:
            return item
    return None


def _language_within(choice: Choice, item: Keys) -> str | None:
    for keys, at in choice.profile.paths.items():
        is_language = words_of(keys[-1])[-1:] != () and "texts.lang" in _names(keys[-1])
        if keys[:-1] == item and is_language and at.share("language") > 0.5:
            return keys[-1]
    return None


def _names(key: str) -> tuple[str, ...]:
    return word_list("fields").get("".join(words_of(key)), ())


def _of_items(choice: Choice, item: Keys, fields: list[tuple[str, Candidate]]) -> Json:
    language = _language_within(choice, item) or ""
    rules: Json = {"lang": {"path": path_of((language,)), "confidence": 0.9}}
    for name, pair in fields:
        inner = pair.at.keys[len(item) :]
        rules[name] = {**rule(pair), "path": path_of(inner) if inner else SELF}
    return {"each": [path_of(item)], "fields": rules}


def _of_columns(choice: Choice, language: str | None, fields: dict[str, Candidate]) -> Json:
    rules: Json = {name: rule(pair) for name, pair in fields.items()}
    said = choice.first("texts.lang")
    if language is not None:
        rules["lang"] = constant(language, 0.9)
    elif said is not None and len(said.at.keys) == 1 and not said.at.is_many:
        rules["lang"] = rule(said)
    elif shown := _shown_by_words(fields):
        rules["lang"] = constant(shown, 0.7)
    return {"fields": rules}


def language_shown(choice: Choice) -> str | None:
    """That of the texts, where nothing says it."""
    first = {name: pair for name in FIELDS for pair in choice.all(f"texts.{name}")[:1]}
    return _shown_by_words(first)


def _shown_by_words(fields: dict[str, Candidate]) -> str | None:
    """The language whose small words are the commonest in the samples."""
    known = word_list("languages")
    counts: Counter[str] = Counter()
    for pair in fields.values():
        for text in list(pair.at.seen)[:30]:
            for word in words_of(text):
                counts.update(known.get(word, ()))
                counts.update(LETTERS[letter] for letter in LETTERS if letter in word)
                counts.update(["bg"] if HARD_SIGN.search(word) else [])
    ranked = counts.most_common(2)
    if not ranked or ranked[0][1] < 5:
        return None
    clear = len(ranked) == 1 or ranked[0][1] > 1.2 * ranked[1][1]
    return ranked[0][0] if clear else None
