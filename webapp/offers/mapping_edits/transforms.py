"""The transforms of a rule: one more, one less, another order. Their parameters are set with the
rule as a whole."""

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.mapping_edits.addresses import Address
from webapp.offers.mapping_edits.editing import EditRefused, Json
from webapp.offers.mapping_edits.rules import change_rule, data_at
from webapp.offers.targets import N_

MOST_TRANSFORMS = 20


def add_transform(
    document: MappingDocument, address: Address, name: str, params: Json | None = None
) -> MappingDocument:
    """Behind the others."""
    steps = _steps(document, address)
    if len(steps) >= MOST_TRANSFORMS:
        raise EditRefused(
            N_("More than %(most)s transforms in one rule are too many."), most=MOST_TRANSFORMS
        )
    step: Json = {"name": name, **({"params": params} if params else {})}
    return _with_steps(document, address, [*steps, step])


def remove_transform(document: MappingDocument, address: Address, number: int) -> MappingDocument:
    """Counted from 0."""
    steps = _steps(document, address)
    _check(steps, number)
    return _with_steps(document, address, [*steps[:number], *steps[number + 1 :]])


def move_transform(
    document: MappingDocument, address: Address, number: int, by: int
) -> MappingDocument:
    steps = _steps(document, address)
    _check(steps, number)
    rest = [*steps[:number], *steps[number + 1 :]]
    place = min(max(number + by, 0), len(rest))
    return _with_steps(document, address, [*rest[:place], steps[number], *rest[place:]])


def _steps(document: MappingDocument, address: Address) -> list[Json]:
    rules = data_at(document, address)
    if address.rule >= len(rules):
        raise EditRefused(N_("That rule is not there any more."))
    return list(rules[address.rule].get("transforms", []))


def _with_steps(document: MappingDocument, address: Address, steps: list[Json]) -> MappingDocument:
    return change_rule(document, address, transforms=steps or None)


def _check(steps: list[Json], number: int) -> None:
    if not 0 <= number < len(steps):
        raise EditRefused(N_("That transform is not there any more."))
