"""Where a rule stands in a mapping: `location.city`, `deals.0.amount`, `media.1.url`; `#1` behind
it is the second of a field's rules, and `deals.new.amount` a block that is still to be made."""

import re
from dataclasses import dataclass, replace

from webapp.offers.mapping_edits.editing import EditRefused
from webapp.offers.targets import LIST_TARGETS, N_, ListTarget, Target, target_of

ITEM = re.compile(r"(deals|texts|features|media)\.([0-9]{1,3}|new)\.([a-z_]+)")
EXTRA = re.compile(r"extra\.[^#\x00-\x1f]{1,80}")
NUMBER = re.compile(r"(.+)#([0-9]{1,2})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    field: str
    """Of a list's item its own name: `amount`."""
    list: ListTarget | None = None
    block: int | None = None
    """None within a list: a block that is still to be made."""
    rule: int = 0

    def __str__(self) -> str:
        return self.place + (f"#{self.rule}" if self.rule else "")

    @property
    def place(self) -> str:
        """Without the number of the rule."""
        if self.list is None:
            return self.field
        return f"{self.list}.{'new' if self.block is None else self.block}.{self.field}"

    @property
    def target_name(self) -> str:
        """As problems and labels name the field: `deals.amount`."""
        return self.field if self.list is None else f"{self.list}.{self.field}"

    @property
    def target(self) -> Target:
        found = target_of(self.target_name)
        if found is None:
            raise EditRefused(N_("There is no field “%(field)s”."), field=self.target_name)
        return found

    def with_rule(self, number: int) -> "Address":
        return replace(self, rule=number)


def parsed_address(text: str) -> Address:
    """:raise EditRefused: it leads to no field of ours"""
    place, rule = text, 0
    if numbered := NUMBER.fullmatch(text):
        place, rule = numbered[1], int(numbered[2])
    if item := ITEM.fullmatch(place):
        names = {name: name for name in LIST_TARGETS}
        block = None if item[2] == "new" else int(item[2])
        address = Address(item[3], names[item[1]], block, rule)  # type: ignore[index]
    else:
        address = Address(place, rule=rule)
        first = place.partition(".")[0]
        if first in LIST_TARGETS or (first == "extra" and not EXTRA.fullmatch(place)):
            raise EditRefused(N_("There is no field “%(field)s”."), field=text[:100])
    assert address.target
    return address
