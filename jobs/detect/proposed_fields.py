"""A mapping as people compare it: each field of the offer with the path it is read from first."""

from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument, Rules, rules_in
from webapp.offers.paths import SELF


def proposed_fields(document: MappingDocument) -> dict[str, str]:
    proposed: dict[str, str] = {}
    for field, rules in document.fields.items():
        if path := _first_path(rules):
            proposed[field] = path
    for name, block in document.blocks():
        if isinstance(block, LanguageBlock):
            for field, path in block.by_language.items():
                proposed.setdefault(f"{name}.{field}", path)
        else:
            for field, rules in block.fields.items():
                if path := _within(block, _first_path(rules)):
                    proposed.setdefault(f"{name}.{field}", path)
    return proposed


def _first_path(rules: Rules) -> str | None:
    for rule in rules_in(rules):
        if rule.all_paths:
            return rule.all_paths[0]
    return None


def _within(block: Block, path: str | None) -> str | None:
    if path is None or not block.each:
        return path
    return block.each[0] if path == SELF else f"{block.each[0]}.{path}"
