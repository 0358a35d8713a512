"""What all edits share: the document as plain data, changed, and judged again as a whole."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from webapp.offers.mapping_document import MappingDocument, as_data
from webapp.offers.targets import N_

Json = dict[str, Any]

MOST_PATHS = 30


class EditRefused(ValueError):
    """`message` is a template for people, `details` what goes into it."""

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message % details)
        self.message = message
        self.details = details


def edited(document: MappingDocument, change: Callable[[Json], None]) -> MappingDocument:
    """:raise EditRefused: the changed document would not make sense"""
    data = as_data(document)
    change(data)
    return judged(data)


def judged(data: Json) -> MappingDocument:
    """:raise EditRefused: the data is no mapping"""
    try:
        return MappingDocument.model_validate(data)
    except ValidationError as error:
        raise EditRefused("%(reason)s", reason=_reason(error)) from None


def set_ids(document: MappingDocument, paths: Sequence[str]) -> MappingDocument:
    """The paths that may hold the id, the best one first."""
    chosen = without_repeats(paths)
    if not chosen:
        raise EditRefused(N_("Without an id no offer can be told from the others: name one field."))

    def change(data: Json) -> None:
        data["id"] = chosen

    return edited(document, change)


def without_repeats(paths: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(path.strip() for path in paths if path.strip()))
    if len(found) > MOST_PATHS:
        raise EditRefused(
            N_("More than %(most)s paths for one field are too many."), most=MOST_PATHS
        )
    return found


def _reason(error: ValidationError) -> str:
    """The first complaint, as a sentence; of a union the one that speaks of its content."""
    complaints = error.errors(include_url=False, include_context=False, include_input=False)
    own = [one["msg"] for one in complaints if one["type"] == "value_error"]
    said = (own or [str(complaints[0]["msg"])])[0].removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}."
