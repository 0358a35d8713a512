"""What an offer is of no use without: a mapping that fills none of it can't be put in force."""

from webapp.offers.mapping_document import Block, MappingDocument

# The id needs no word here: no document is without one.
REQUIRED_FIELDS = ("deals.amount",)


def unfilled_fields(document: MappingDocument) -> list[str]:
    """Those of REQUIRED_FIELDS that no rule fills; a price may be on request instead."""
    filled = {
        f"{name}.{field}"
        for name, block in document.blocks()
        for field in (block.fields if isinstance(block, Block) else block.by_language)
    }
    if "deals.on_request" in filled:
        filled.add("deals.amount")
    return [field for field in REQUIRED_FIELDS if field not in filled]
