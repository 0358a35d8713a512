"""The blocks of a list field: what each item is made of, their order, their end. A block is made
by connecting its first field."""

from collections.abc import Sequence
from typing import Any

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.mapping_edits.editing import EditRefused, Json, edited, without_repeats
from webapp.offers.targets import N_, ListTarget


def change_block(
    document: MappingDocument,
    name: ListTarget,
    number: int,
    *,
    each: Sequence[str] = (),
    split: str | None = None,
    when: Any = None,
) -> MappingDocument:
    """`each`: where its elements stand; `split`: what stands between them in one text."""

    def change(data: Json) -> None:
        block = _block(data, name, number)
        if "by_language" in block:
            raise EditRefused(N_("Texts named by their language have nothing else to set."))
        parts = {"each": without_repeats(each), "split": split, "when": when}
        kept = {key: part for key, part in block.items() if key not in parts}
        block.clear()
        block.update({key: part for key, part in parts.items() if part}, **kept)

    return edited(document, change)


def move_block(
    document: MappingDocument, name: ListTarget, number: int, by: int
) -> MappingDocument:
    def change(data: Json) -> None:
        block = _block(data, name, number)
        data[name].pop(number)
        data[name].insert(max(number + by, 0), block)

    return edited(document, change)


def remove_block(document: MappingDocument, name: ListTarget, number: int) -> MappingDocument:
    def change(data: Json) -> None:
        _block(data, name, number)
        data[name].pop(number)

    return edited(document, change)


def _block(data: Json, name: ListTarget, number: int) -> Json:
    blocks: list[Json] = data.get(name, [])
    if not 0 <= number < len(blocks):
        raise EditRefused(N_("That part of the mapping is not there any more."))
    return blocks[number]
