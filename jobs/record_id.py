"""The vendor's own id of a record: what tells it apart from the others of its feed."""

from collections.abc import Sequence

from jobs.formats.record import RawRecord
from webapp.offers.identity import id_text, usable_id
from webapp.offers.problems import Problem


def record_id(raw: RawRecord, id_paths: Sequence[str]) -> str | Problem:
    """The first id that there is, or why the record has none that can be used."""
    return usable_id(next(filter(None, map(id_text, map(raw.text_at, id_paths))), ""))
