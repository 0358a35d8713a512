"""Which record of the sample and which fields the studio shows: it stands in the address, so that
a page can be left, sent and come back to."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import request

from webapp.htmx import page_of_request

LONGEST_SEARCH = 100
# Of the record's fields, and of the offer's.
SHOWN = ("all", "unused")
FILTERS = ("all", "required", "proposed", "problems", "filled")


@dataclass(frozen=True, slots=True)
class StudioState:
    record: int = 1
    search: str = ""
    show: str = "all"
    fields: str = "all"

    def args(self, **changes: Any) -> dict[str, Any]:
        """For addresses; what is as usual is left out."""
        state = replace(self, **changes)
        usual = StudioState()
        every = {name: getattr(state, name) for name in ("record", "search", "show", "fields")}
        return {name: at for name, at in every.items() if at != getattr(usual, name)}


def studio_state() -> StudioState:
    """Of a request that htmx sends from a studio: that page's, but for what it asks otherwise."""
    given = dict(parse_qsl(urlsplit(page_of_request()).query, keep_blank_values=True))
    given.update(request.args.items())
    record = given.get("record", "")
    show, fields = given.get("show", ""), given.get("fields", "")
    return StudioState(
        record=max(1, int(record)) if record.isdecimal() and len(record) < 5 else 1,
        search=given.get("search", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        show=show if show in SHOWN else "all",
        fields=fields if fields in FILTERS else "all",
    )
