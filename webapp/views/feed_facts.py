"""What a source's feed is, in words: its container, its records, and how it was last read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from webapp.models import Run, Source


@dataclass(frozen=True, slots=True)
class FeedFacts:
    container: str = ""
    record_paths: list[str] = field(default_factory=list)
    last_read: list[str] = field(default_factory=list)
    """Encoding, separator, sheet, as they were found out."""


def feed_facts(source: Source, runs: Sequence[Run]) -> FeedFacts:
    """`runs`: the latest first."""
    reading: dict[str, Any] = source.mapping.document["reading"] if source.mapping else {}
    return FeedFacts(
        reading.get("container", ""), reading.get("record_paths", []), _last_read(runs)
    )


def _last_read(runs: Sequence[Run]) -> list[str]:
    details = (step["detail"] for run in runs for step in run.steps if step["name"] == "read")
    found: dict[str, Any] = next(details, {})
    words = [str(found["encoding"])] if "encoding" in found else []
    if "delimiter" in found:
        words.append(_("separated by %(what)s", what=_separator(found["delimiter"])))
    if "sheet" in found:
        words.append(_("sheet “%(name)s”", name=found["sheet"]))
    return words


def _separator(delimiter: str) -> str:
    known = {
        ",": _("commas"),
        ";": _("semicolons"),
        "\t": _("tabs"),
        "|": _("vertical bars"),
        " ": _("spaces"),
    }
    return str(known.get(delimiter, f"“{delimiter}”"))
