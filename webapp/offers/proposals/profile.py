"""What the sample records hold, path by path: how often, how different, of which kinds."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.offers.paths import JMESPATH_SYNTAX
from webapp.offers.proposals.values import Guess, guesses
from webapp.offers.transforms.bad_value import BadValue
from webapp.offers.transforms.numbers import number

MOST_PATHS = 2_000
MOST_DISTINCT = 300
LONGEST_VALUE = 200
# So that one monster of a text does not lengthen them all.
LONGEST_COUNTED = 5_000
DEEPEST = 12
PLAIN_KEY = re.compile(r"[^.\s\[\]|?*(){}\"'`][^.\[\]|?*(){}\"'`]*")

Keys = tuple[str, ...]


@dataclass(slots=True)
class PathProfile:
    keys: Keys
    records: int = 0
    """Records that have a value here."""
    values: int = 0
    most_in_one: int = 0
    in_list: int = -1
    """How many of the keys lead to the innermost list; -1 outside of any."""
    seen: Counter[str] = field(default_factory=Counter)
    """Distinct values, cut, as far as there is room for them."""
    kinds: Counter[Guess] = field(default_factory=Counter)
    length: int = 0
    numbers: list[float] = field(default_factory=list)

    @property
    def path(self) -> str:
        return path_of(self.keys)

    @property
    def distinct(self) -> int:
        return len(self.seen)

    @property
    def mean_length(self) -> float:
        return self.length / self.values if self.values else 0.0

    @property
    def is_many(self) -> bool:
        return self.most_in_one > 1

    @property
    def key(self) -> str:
        return self.keys[-1]

    def share(self, *kinds: Guess) -> float:
        """The share of the values that may be of one of the kinds."""
        if not self.values:
            return 0.0
        return min(1.0, max((self.kinds[kind] for kind in kinds), default=0) / self.values)

    def numeric_share(self) -> float:
        return min(1.0, len(self.numbers) / max(1, min(self.values, MOST_DISTINCT)))

    def described(self, total: int) -> dict[str, Any]:
        """For people: `guess` is the commonest kind."""
        guess = self.kinds.most_common(1)
        return {
            "path": self.path,
            "presence": round(self.records / total, 3) if total else 0.0,
            "distinct": self.distinct,
            "most_in_one_record": self.most_in_one,
            "guess": guess[0][0] if guess else None,
            "examples": [value for value, _ in self.seen.most_common(5)],
        }


@dataclass(slots=True)
class Profile:
    records: int
    paths: dict[Keys, PathProfile]


def profile_of(records: Iterable[Mapping[str, Any]]) -> Profile:
    paths: dict[Keys, PathProfile] = {}
    count = 0
    for record in records:
        count += 1
        here: Counter[Keys] = Counter()
        for keys, in_list, value in _leaves(record, (), -1):
            at = paths.get(keys)
            if at is None:
                if len(paths) >= MOST_PATHS:
                    continue
                at = paths[keys] = PathProfile(keys)
            at.in_list = max(at.in_list, in_list)
            here[keys] += 1
            _add(at, value)
        for keys, times in here.items():
            paths[keys].records += 1
            paths[keys].most_in_one = max(paths[keys].most_in_one, times)
    return Profile(count, paths)


def presence_of(records: Collection[Mapping[str, Any]]) -> dict[str, float]:
    """Paths to the share of the records that have a value there: all that a run has time for."""
    counted: Counter[Keys] = Counter()
    for record in records:
        counted.update({keys for keys, _, _ in _leaves(record, (), -1)})
    return {path_of(keys): times / len(records) for keys, times in counted.items()}


def path_of(keys: Keys) -> str:
    """The keys as a mapping's path; keys that are no plain names are quoted, as JMESPath does."""
    if all(PLAIN_KEY.fullmatch(key) and not JMESPATH_SYNTAX.search(key) for key in keys):
        return ".".join(keys)
    return quoted_path(keys)


def quoted_path(keys: Keys) -> str:
    """As a part of a JMESPath, whatever the letters of the keys."""
    quoted = ('"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in keys)
    return ".".join(quoted)


def _leaves(node: Any, keys: Keys, in_list: int) -> Iterator[tuple[Keys, int, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("#problems", "#extra") or len(keys) >= DEEPEST:
                continue
            # The text beside attributes is the element's own value.
            yield from _leaves(value, keys if key == "#text" and keys else (*keys, key), in_list)
    elif isinstance(node, list):
        for value in node[:200]:
            yield from _leaves(value, keys, len(keys))
    elif node is not None and node != "" and keys:
        yield keys, in_list, node


def _add(at: PathProfile, value: Any) -> None:
    text = str(value).strip()
    at.values += 1
    at.length += min(len(text), LONGEST_COUNTED)
    short = text[:LONGEST_VALUE]
    if short in at.seen or len(at.seen) < MOST_DISTINCT:
        at.seen[short] += 1
    at.kinds.update(guesses(value))
    number = _number(value)
    if number is not None and len(at.numbers) < MOST_DISTINCT:
        at.numbers.append(number)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip()
    try:
        return float(text.replace(",", "."))
    except (ValueError, OverflowError):
        pass
    try:
        found = number(text)
    except BadValue:
        return None
    return None if found is None else float(found)
