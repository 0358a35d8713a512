"""Which of a record's paths a mapping uses, and for what: so that people see what is left over."""

import re
from collections.abc import Iterator

from webapp.offers.mapping_document import (
    Block,
    Conditions,
    LanguageBlock,
    MappingDocument,
    Rules,
    conditions_in,
    rules_in,
)
from webapp.offers.mapping_edits.path_keys import keys_of
from webapp.offers.proposals.profile import Keys

# A chain of names inside an expression: url.*, [photo1, photo2], items[?kind=='plan'].url
CHAIN = re.compile(
    r'(?:"(?:[^"\\]|\\.)+"|[^\W\d][\w-]*|@[\w-]+)(?:\.(?:"(?:[^"\\]|\\.)+"|[\w@-]+))*'
)
LITERAL = re.compile(r"'[^']*'|`[^`]*`")
ID = "id"
CONDITION = "#when"


class UsedPaths:
    def __init__(self, document: MappingDocument) -> None:
        self._places: dict[Keys, dict[str, None]] = {}
        for keys, place in _used(document):
            self._places.setdefault(keys, {})[place] = None

    def first_names(self) -> frozenset[str]:
        """The keys at which its ways into a record begin."""
        return frozenset(keys[0] for keys in self._places if keys)

    def places(self, path: str) -> list[str]:
        """Where the path's values go: places of rules, ID or CONDITION; whoever takes an element
        takes all that is in it."""
        keys = keys_of(path) or (path,)
        starts = (keys[:length] for length in range(len(keys), 0, -1))
        return list(dict.fromkeys(place for at in starts for place in self._places.get(at, ())))

    def touching(self, path: str) -> list[str]:
        """The same, and where anything that is in it goes."""
        keys = keys_of(path) or (path,)
        met = (
            places
            for at, places in self._places.items()
            if at and (at[: len(keys)] == keys or keys[: len(at)] == at)
        )
        return list(dict.fromkeys(place for places in met for place in places))


def _used(document: MappingDocument) -> Iterator[tuple[Keys, str]]:
    for path in document.id:
        yield from ((keys, ID) for keys in _walks(path, ()))
    for condition in (*document.withdrawn_when, *document.skip_when):
        yield from ((keys, CONDITION) for keys in _walks(condition.path, ()))
    for field, rules in document.fields.items():
        yield from _of_rules(rules, [()], field)
    numbers: dict[str, int] = {}
    for name, block in document.blocks():
        number = numbers[name] = numbers.get(name, -1) + 1
        if isinstance(block, LanguageBlock):
            for field, path in block.by_language.items():
                yield from ((keys, f"{name}.{number}.{field}") for keys in _walks(path, ()))
        else:
            yield from _of_block(block, f"{name}.{number}")


def _of_block(block: Block, place: str) -> Iterator[tuple[Keys, str]]:
    for keys in _of_conditions(block.when, [()]):
        yield keys, CONDITION
    starts = [keys for each in block.each for keys in _walks(each, ())] or [()]
    for field, rules in block.fields.items():
        yield from _of_rules(rules, starts, f"{place}.{field}")


def _of_rules(rules: Rules, starts: list[Keys], place: str) -> Iterator[tuple[Keys, str]]:
    for rule in rules_in(rules):
        paths = [*rule.all_paths, *([rule.unit] if rule.unit else [])]
        for start in starts:
            yield from ((keys, place) for path in paths for keys in _walks(path, start))
        yield from ((keys, CONDITION) for keys in _of_conditions(rule.when, starts))


def _of_conditions(conditions: Conditions | None, starts: list[Keys]) -> Iterator[Keys]:
    for one in conditions_in(conditions):
        for start in starts:
            yield from _walks(one.path, start)


def _walks(path: str, start: Keys) -> list[Keys]:
    keys = keys_of(path)
    if keys is None:
        chains = CHAIN.findall(LITERAL.sub("", path))
        walks = [start + (keys_of(chain) or (chain,)) for chain in chains]
    else:
        walks = [start + keys]
    return [walk[:-1] if walk and walk[-1][:1] == "#" else walk for walk in walks]
