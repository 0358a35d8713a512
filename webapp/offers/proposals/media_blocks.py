"""Pictures and features of a proposed mapping: lists, numbered columns, several in one cell, and
columns that say yes or no."""

from collections import Counter

from webapp.offers.paths import MAX_LENGTH
from webapp.offers.proposals.choice import Candidate, Choice
from webapp.offers.proposals.name_context import context_of
from webapp.offers.proposals.names import words_of
from webapp.offers.proposals.profile import PathProfile, quoted_path
from webapp.offers.proposals.rule_parts import YES, Json, constant, rule
from webapp.offers.proposals.values import FILE, parts_of
from webapp.offers.proposals.word_lists import code_of, word_list

KINDS = {"url": "image", "plan": "plan", "video": "video", "tour": "tour", "document": "document"}
SELF = "."
SEPARATORS = (";", "|", ",", "\n")


def media_blocks(choice: Choice) -> list[Json]:
    blocks: list[Json] = []
    for name, kind in KINDS.items():
        columns: list[Candidate] = []
        for pair in choice.all(f"media.{name}"):
            separator = _separator_of_addresses(pair.at)
            if pair.at.in_list < 0 and not separator:
                columns.append(pair)
            else:
                blocks.append(_block([pair], kind, separator))
        if columns:
            blocks += [_block(group, kind, "") for group in _groups(columns)]
    return blocks


def feature_blocks(choice: Choice, values: dict[str, dict[str, str]]) -> list[Json]:
    blocks: list[Json] = []
    for pair in choice.all("features"):
        separator = _separator_of_words(pair.at)
        fields: Json = {
            "code": {
                "path": SELF,
                "values": "features",
                "unknown": "ignore",
                "confidence": pair.confidence,
            },
            "label": {"path": SELF, "confidence": pair.confidence},
        }
        block: Json = {"each": [pair.path], "fields": fields}
        if separator:
            block["split"] = separator
        blocks.append(block)
        for cell in pair.at.seen:
            for word in cell.split(separator) if separator else [cell]:
                if (code := code_of("features", word)) and word.strip():
                    values.setdefault("features", {})[word.strip()] = code
    return blocks + [yes_or_no for at in choice.left if (yes_or_no := _yes_or_no(at)) is not None]


def _block(pairs: list[Candidate], kind: str, separator: str) -> Json:
    names = [word for pair in pairs for word in pair.at.seen]
    is_file = bool(names) and all(FILE.fullmatch(parts_of(word)[1][0]) for word in names[:20])
    paths = [pair.path for pair in pairs]
    each = paths[0] if len(paths) == 1 else f"[{', '.join(map(_within_list, pairs))}]"
    field = "archive_path" if is_file else "url"
    address = {**rule(pairs[0]), "path": SELF}
    block: Json = {
        "each": [each],
        "fields": {"kind": constant(kind, pairs[0].confidence), field: address},
    }
    if separator:
        block["split"] = separator
    return block


def _within_list(pair: Candidate) -> str:
    plain = all(key.isidentifier() and key.isascii() for key in pair.at.keys)
    return pair.path if plain else quoted_path(pair.at.keys)


def _groups(columns: list[Candidate]) -> list[list[Candidate]]:
    """As many columns as one path has room for."""
    groups: list[list[Candidate]] = []
    length = MAX_LENGTH
    for pair in columns:
        length += len(pair.path) + 4 + 2 * len(pair.at.keys)
        if length > MAX_LENGTH - 10:
            groups.append([])
            length = len(pair.path) + 4 + 2 * len(pair.at.keys)
        groups[-1].append(pair)
    return groups


def _separator_of_addresses(at: PathProfile) -> str:
    found = Counter(parts_of(word)[0] for word in at.seen)
    found.pop("", None)
    return found.most_common(1)[0][0] if found else ""


def _separator_of_words(at: PathProfile) -> str:
    counts = Counter({sign: sum(sign in word for word in at.seen) for sign in SEPARATORS})
    separator, times = counts.most_common(1)[0]
    return separator if times > 0.3 * max(1, at.distinct) else ""


def _yes_or_no(at: PathProfile) -> Json | None:
    """A column such as `Piscina` or `has_lift`."""
    if at.is_many or at.share("boolean") < 0.9 or context_of(at.keys) in ("contact", "media"):
        return None
    words = words_of(at.key)
    if words[:1] in (("has",), ("is",), ("con",), ("mit",), ("avec",), ("com",)):
        words = words[1:]
    codes = word_list("features").get("".join(words), ())
    if not codes:
        return None
    return {
        "when": {"path": at.path, "in": list(dict.fromkeys(YES))},
        "fields": {"code": constant(codes[0], 0.9), "label": constant(at.key.lstrip("@"), 0.9)},
    }
