"""From the raw value that a problem keeps to the word that its rule looked up: transforms may
stand between the two."""

from collections.abc import Callable

from webapp.offers.mapping_document import Block, MappingDocument, Rule, Rules, rules_in
from webapp.offers.problems import Problem
from webapp.offers.steps import Scope, compiled_steps, has_lookup, steps_of
from webapp.offers.targets import target_of

WordsOf = Callable[[str, str], list[tuple[str, str]]]


def compiled_problem_words(document: MappingDocument) -> WordsOf:
    """The closure gives, for a field and a raw value, the tables and words that it led to."""
    heard: dict[tuple[str, str], None] = {}
    scope = Scope({}, document.zone, lambda table, word: heard.setdefault((table, word)))
    runs = {
        field: [
            compiled_steps(steps_of(rule, field, target, scope), field)
            for rule in rules_in(rules)
            if rule.constant is None and has_lookup(rule, field, target, scope)
        ]
        for field, rules in _all_rules(document).items()
        if (target := target_of(field)) is not None
    }
    by_language = next(
        (block.values or "texts.lang" for block in document.texts if not isinstance(block, Block)),
        None,
    )

    def words(field: str, raw: str) -> list[tuple[str, str]]:
        heard.clear()
        ignored: list[Problem] = []
        for run in runs.get(field, ()):
            run(raw, ignored)
        if field == "texts.lang" and by_language is not None:
            heard[by_language, raw] = None
        return list(heard)

    return words


def _all_rules(document: MappingDocument) -> dict[str, Rules]:
    """Of all blocks of a list together."""
    found: dict[str, tuple[Rule, ...]] = {}
    for field, rules in document.fields.items():
        found[field] = rules_in(rules)
    for name, block in document.blocks():
        if isinstance(block, Block):
            for key, rules in block.fields.items():
                found[f"{name}.{key}"] = (*found.get(f"{name}.{key}", ()), *rules_in(rules))
    return dict(found)
