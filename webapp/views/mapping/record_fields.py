"""The left side of the studio: every field of the vendor's record, how common it is, what stands
in it, and what it is used for."""

from dataclasses import dataclass
from typing import Any

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError, values_at
from webapp.offers.used_paths import UsedPaths
from webapp.queries.samples import Sample
from webapp.views.mapping.field_names import place_label
from webapp.views.mapping.state import StudioState

MOST_SHOWN = 400
LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class RecordField:
    path: str
    presence: int
    """Percent of the records that were looked at."""
    value: str
    """In the chosen record; "" where it has none."""
    examples: list[str]
    uses: list[tuple[str, str]]
    """Labels and places of what it fills."""
    is_many: bool


@dataclass(frozen=True, slots=True)
class RecordFields:
    shown: list[RecordField]
    total: int
    unused: int
    fitting: int


def record_fields(
    sample: Sample | None, record: dict[str, Any], document: MappingDocument, state: StudioState
) -> RecordFields:
    profile = sample.profile if sample else []
    used = UsedPaths(document)
    places = {at["path"]: used.places(at["path"]) for at in profile}
    fitting = [at for at in profile if _fits(at, places[at["path"]], state)]
    return RecordFields(
        shown=[_field(at, places[at["path"]], record) for at in fitting[:MOST_SHOWN]],
        total=len(profile),
        unused=sum(not uses for uses in places.values()),
        fitting=len(fitting),
    )


def _fits(at: dict[str, Any], places: list[str], state: StudioState) -> bool:
    if state.show == "unused" and places:
        return False
    wanted = state.search.casefold()
    return not wanted or any(wanted in word.casefold() for word in (at["path"], *at["examples"]))


def _field(at: dict[str, Any], places: list[str], record: dict[str, Any]) -> RecordField:
    values = _values(at["path"], record)
    return RecordField(
        path=at["path"],
        presence=round(at["presence"] * 100),
        value=" · ".join(str(value)[:LONGEST_VALUE] for value in values[:3]),
        examples=[str(example)[:LONGEST_VALUE] for example in at["examples"][:3]],
        uses=[(place_label(place), place) for place in places],
        is_many=at["most_in_one_record"] > 1,
    )


def _values(path: str, record: dict[str, Any]) -> list[Any]:
    try:
        return values_at(path)(record)
    except (ValueError, JMESPathError):
        return []
