"""The right side of the studio: the offer's fields in groups, each with the rules that fill it,
what they give for the chosen record, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from webapp.offers.mapping_document import Block, LanguageBlock, MappingDocument, Rule
from webapp.offers.mapping_edits import Address, parsed_address, rules_at
from webapp.offers.mapping_preview import Preview
from webapp.offers.problems import Problem
from webapp.offers.required_fields import REQUIRED_FIELDS, unfilled_fields
from webapp.offers.targets import LIST_TARGETS, ListTarget
from webapp.offers.used_paths import ID
from webapp.views.mapping.field_names import LISTS, groups, item_title, label
from webapp.views.mapping.transform_words import condition_words, step_words
from webapp.views.mapping.values import value_words

# What a new item of a list is begun with.
BEGINNINGS: dict[ListTarget, tuple[str, ...]] = {
    "deals": ("amount",),
    "texts": ("title", "short", "description"),
    "features": ("label",),
    "media": ("url", "archive_path"),
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    address: str
    paths: tuple[str, ...]
    constant: str | None
    chips: list[str]
    is_proposed: bool
    confidence: int
    """Percent; 100 where somebody has looked at it."""


@dataclass(frozen=True, slots=True)
class OfferField:
    address: str
    label: str
    is_required: bool
    rules: list[RuleLine]
    value: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_proposed(self) -> bool:
        return any(rule.is_proposed for rule in self.rules)

    def fits(self, which: str) -> bool:
        """A filter of the state's."""
        return {
            "filled": bool(self.rules),
            "required": self.is_required,
            "proposed": self.is_proposed,
            "problems": bool(self.problems),
        }.get(which, True)


@dataclass(frozen=True, slots=True)
class FieldSet:
    """A group's own fields, or one block of a list."""

    title: str
    fields: list[OfferField]
    unfilled: list[OfferField] = field(default_factory=list)
    """Of a block: shown on demand."""
    block: str = ""
    """Its address; "" where there is nothing to set but the fields."""
    each: str = ""
    can_edit: bool = False
    """Whether there is more to it than its fields."""

    def every(self) -> list[OfferField]:
        return [*self.fields, *self.unfilled]

    def fitting(self, which: str) -> bool:
        return any(field.fits(which) for field in self.every())


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title: str
    sets: list[FieldSet]

    def fitting(self, which: str) -> bool:
        return any(part.fitting(which) for part in self.sets)


class OfferFields:
    def __init__(self, document: MappingDocument, preview: Preview | None) -> None:
        self._document = document
        self._preview = preview
        self._problems: dict[str, list[Problem]] = {}
        for problem in preview.problems if preview else ():
            self._problems.setdefault(problem.field, []).append(problem)
        self._unfilled = unfilled_fields(document)
        self.groups = list(self._groups())

    def every(self) -> Iterator[OfferField]:
        for group in self.groups:
            for part in group.sets:
                yield from part.every()

    def _groups(self) -> Iterator[Group]:
        for name, title, fields in groups():
            if name in LISTS:
                yield Group(name, title, list(self._items(LISTS[name])))
                continue
            rows = [self._field(parsed_address(at)) for at in fields]
            if name == "basics":
                rows.insert(0, self._id_field())
            yield Group(name, title, [FieldSet("", rows)])
        extra = [at for at in self._document.fields if at.startswith("extra.")]
        rows = [self._field(parsed_address(at)) for at in extra]
        yield Group("extra", str(_("Kept besides")), [FieldSet("", rows)])

    def _items(self, name: ListTarget) -> Iterator[FieldSet]:
        blocks: tuple[Block | LanguageBlock, ...] = getattr(self._document, name)
        for number, block in enumerate(blocks):
            rows = [self._field(Address(at, name, number)) for at in LIST_TARGETS[name]]
            if isinstance(block, LanguageBlock):
                each, rows = str(_("one for each language")), rows[1:]
            else:
                each = ", ".join(block.each) + (f" ({block.split})" if block.split else "")
                each = " · ".join(filter(None, (each, condition_words(block.when))))
            yield FieldSet(
                title=item_title(name, number),
                fields=[row for row in rows if row.rules],
                unfilled=[row for row in rows if not row.rules],
                block=f"{name}.{number}",
                each=each,
                can_edit=isinstance(block, Block),
            )
        yield FieldSet(
            title=str(_("Another one")) if blocks else "",
            fields=[self._field(Address(at, name)) for at in BEGINNINGS[name]],
        )

    def _field(self, address: Address) -> OfferField:
        name, place = address.target_name, address.place
        value = self._preview.values.get(place) if self._preview else None
        # Problems of a list's fields don't say which block they come from.
        is_shown = (
            address.list is None or address.block == 0 or not getattr(self._document, address.list)
        )
        rules = rules_at(self._document, address)
        return OfferField(
            address=place,
            label=label(name),
            is_required=name in REQUIRED_FIELDS
            and (bool(rules) or (name in self._unfilled and address.block in (0, None))),
            rules=[rule_line(address.with_rule(number), rule) for number, rule in enumerate(rules)],
            value=value_words(name, value),
            problems=self._problems.get(name, []) if is_shown else [],
        )

    def _id_field(self) -> OfferField:
        paths = RuleLine(ID, self._document.id, None, [], False, 100)
        offer = self._preview.offer if self._preview else None
        problems = self._problems.get("", []) + self._problems.get("external_id", [])
        value = str(offer["external_id"]) if offer else ""
        return OfferField(ID, str(_("Id")), True, [paths], value, problems)


def rule_line(address: Address, rule: Rule) -> RuleLine:
    chips = [step_words(step) for step in rule.transforms]
    if rule.join is not None:
        chips.insert(0, str(_("all, with “%(between)s” between", between=rule.join)))
    if rule.values:
        chips.append(str(_("values “%(table)s”", table=rule.values)))
    if rule.unit or rule.unit_default:
        chips.append(str(_("unit: %(unit)s", unit=rule.unit or rule.unit_default)))
    if rule.when is not None:
        chips.append(str(_("if %(condition)s", condition=condition_words(rule.when))))
    if rule.default is not None:
        chips.append(str(_("else %(default)s", default=plain_text(rule.default))))
    proposed = rule.confidence is not None
    return RuleLine(
        str(address),
        rule.all_paths,
        None if rule.constant is None else plain_text(rule.constant),
        chips,
        proposed,
        round((rule.confidence if rule.confidence is not None else 1) * 100),
    )


def plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)
