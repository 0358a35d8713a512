"""Which parts of an offer come from a path of the record."""

from webapp.offers.mapping_document import MappingDocument
from webapp.offers.targets import LIST_TARGETS
from webapp.offers.used_paths import CONDITION, UsedPaths


def fields_reading(document: MappingDocument, path: str) -> list[str]:
    """Names of fields, `id`, and names of lists such as `media`."""
    places = (place for place in UsedPaths(document).touching(path) if place != CONDITION)
    return list(dict.fromkeys(map(_part, places)))


def _part(place: str) -> str:
    name = place.partition(".")[0]
    return name if name in LIST_TARGETS else place
