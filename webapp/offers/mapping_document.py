"""A mapping as data: which path of a vendor's record fills which field of the offer, and how.
Presets, stored mappings and the editor all speak this document; mapping.py compiles it."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from webapp.offers.paths import value_at
from webapp.offers.patterns import Pattern
from webapp.offers.reading import Part, Reading
from webapp.offers.targets import LIST_TARGETS, TARGETS, ListTarget, target_of
from webapp.offers.transforms import compiled_transform
from webapp.offers.transforms.dates import ZoneName
from webapp.offers.transforms.units import SQUARE_METRES, unit_of


def _readable_path(path: str) -> str:
    value_at(path)
    return path


Path = Annotated[str, AfterValidator(_readable_path)]
Scalar = str | int | float | bool
ValueMap = dict[str, str | None]


HeaderName = Annotated[str, Field(pattern="^#[a-z_]+$", max_length=30)]


def _known_unit(word: str) -> str:
    if unit_of(word) is None:
        raise ValueError(f"{word!r} is no unit of area; there are {', '.join(SQUARE_METRES)}")
    return word


Unit = Annotated[str, AfterValidator(_known_unit)]


class Step(Part):
    """A transform by name, with its parameters."""

    name: str
    params: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        compiled_transform(self.name, self.params)
        return self


class Condition(Part):
    """True when any value at the path is equal to, is in, or none is in; matches as a whole; or
    when there is one. Words are compared without regard to case."""

    path: Path
    equals: Scalar | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    not_in: tuple[Scalar, ...] | None = None
    matches: Pattern | None = None
    exists: bool | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        asked = (self.equals, self.in_, self.not_in, self.matches, self.exists)
        if sum(question is not None for question in asked) != 1:
            raise ValueError("a condition needs exactly one of equals, in, not_in, matches, exists")
        return self


# Several must all hold.
Conditions = Condition | tuple[Condition, ...]


class Rule(Part):
    """Where a field's value comes from: the first of its paths that holds something, through the
    transforms and the value map, or else the default; or a constant."""

    path: Path | None = None
    paths: tuple[Path, ...] = ()
    join: str | None = None
    """Takes all values of all paths instead, with this between them."""
    unit: Path | None = None
    unit_default: Unit | None = None
    """Areas: where the unit stands, and what it is where none stands. A unit in the cell itself
    wins; `values` translates the vendor's words for units."""
    transforms: tuple[Step, ...] = ()
    values: str | None = None
    unknown: Literal["warn", "ignore"] = "warn"
    when: Conditions | None = None
    default: Scalar | None = None
    constant: Scalar | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """Only of a rule that was proposed and that nobody has confirmed."""

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        origins = (self.path is not None, bool(self.paths), self.constant is not None)
        if sum(origins) != 1:
            raise ValueError("a rule needs exactly one of path, paths, constant")
        return self

    @property
    def all_paths(self) -> tuple[str, ...]:
        return (self.path,) if self.path is not None else self.paths


# Of several, the first that gives a value.
Rules = Rule | tuple[Rule, ...]


def rules_in(rules: Rules) -> tuple[Rule, ...]:
    return (rules,) if isinstance(rules, Rule) else rules


def conditions_in(conditions: Conditions | None) -> tuple[Condition, ...]:
    if conditions is None:
        return ()
    return (conditions,) if isinstance(conditions, Condition) else conditions


class Block(Part):
    """Rules that make one list item of every element found at the first of `each` that finds any;
    without `each`, one item of the record itself."""

    each: tuple[Path, ...] = ()
    split: Annotated[str, Field(min_length=1, max_length=5)] | None = None
    """What stands between the elements where all of them are one text: `a.jpg;b.jpg`."""
    when: Conditions | None = None
    fields: dict[str, Rules] = Field(min_length=1)


class LanguageBlock(Part):
    """Texts whose children are named by language: `{"description": "desc"}` reads desc.en, …"""

    by_language: dict[str, Path] = Field(min_length=1)
    values: str | None = None


class Match(Part):
    """How detection tells the format from others with the same outline: paths that its records
    have, and conditions that hold for them."""

    required: tuple[Path, ...] = ()
    signs: tuple[Condition, ...] = ()


class SemanticsInHeader(Part):
    """Where a file says by itself whether it is everything or only what changed."""

    path: str
    snapshot: tuple[str, ...] = ()
    delta: tuple[str, ...] = ()


class MappingDocument(Part):
    format: Literal[1]
    name: str
    title: str = ""
    reading: Reading
    match: Match | None = None
    zone: ZoneName = "UTC"
    """Of dates that say none."""
    semantics: Literal["snapshot", "delta"] = "snapshot"
    semantics_at: SemanticsInHeader | None = None
    partial: bool = False
    """A record replaces only those of the offer's fields, at the top level, that it has."""
    header: dict[HeaderName, Path] = Field(default_factory=dict)
    """Paths in the file's header whose values every record gets, under names such as `#mode`."""
    withdrawn_when: tuple[Condition, ...] = ()
    """A record for which any of them holds withdraws its offer."""
    skip_when: tuple[Condition, ...] = ()
    """A record for which any of them holds is no offer for us, as if the feed did not have it."""
    id: tuple[Path, ...] = Field(min_length=1)
    """Paths that may hold the external id, the best one first."""
    values: dict[str, ValueMap] = Field(default_factory=dict)
    fields: dict[str, Rules] = Field(default_factory=dict)
    deals: tuple[Block, ...] = ()
    texts: tuple[LanguageBlock | Block, ...] = ()
    features: tuple[Block, ...] = ()
    media: tuple[Block, ...] = ()

    @model_validator(mode="after")
    def _fills_known_fields(self) -> Self:
        for field in self.fields:
            if field.split(".")[0] in LIST_TARGETS or target_of(field) is None:
                raise ValueError(f"there is no field {field!r}; there are {', '.join(TARGETS)}")
        for name, block in self.blocks():
            known = LIST_TARGETS[name]
            filled = block.fields if isinstance(block, Block) else block.by_language
            for field in filled:
                if field not in known:
                    raise ValueError(f"{name} have no {field!r}; they have {', '.join(known)}")
        return self

    def blocks(self) -> list[tuple[ListTarget, Block | LanguageBlock]]:
        found: list[tuple[ListTarget, Block | LanguageBlock]] = []
        found += [("deals", block) for block in self.deals]
        found += [("texts", block) for block in self.texts]
        found += [("features", block) for block in self.features]
        found += [("media", block) for block in self.media]
        return found


def as_data(document: MappingDocument) -> dict[str, Any]:
    """As it is stored: only what it says, as a condition is recognised by the one key it has."""
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True)
