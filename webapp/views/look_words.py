"""What a look at a feed found, in words: how sure the recognition is, and whether ids will do."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.views.filters import number

SURE, LIKELY = 0.9, 0.6


@dataclass(frozen=True, slots=True)
class IdWords:
    kind: str
    """Of the mark beside it: ok, warning or error."""
    words: str
    advice: str = ""


def confidence_words(confidence: float) -> tuple[str, str]:
    """The kind of the mark, and the word."""
    if confidence >= SURE:
        return "ok", str(_("Sure"))
    if confidence >= LIKELY:
        return "ok", str(_("Likely"))
    return "warning", str(_("A guess"))


def id_words(detected: dict[str, Any]) -> IdWords:
    records = int(detected.get("records") or 0)
    warnings = detected.get("warnings") or []
    advice = str(_("Choose another id below, or ask the vendor for one that stays the same."))
    if not detected.get("id_path"):
        return IdWords("error", str(_("Nothing was found that tells the offers apart.")), advice)
    if duplicates := int(detected.get("duplicates") or 0):
        words = ngettext(
            "One record has the id of another one.",
            "%(count)s records have the id of another one.",
            duplicates,
            count=number(duplicates),
        )
        return IdWords("warning", str(words), advice)
    if "missing_ids" in warnings:
        return IdWords("warning", str(_("Some records have none: they can’t be imported.")), advice)
    if detected.get("ids_are_positions"):
        words = _("These just count the records: they may belong to other offers next time.")
        return IdWords("warning", str(words), advice)
    words = ngettext(
        "Present and unique in the only record.",
        "Present and unique in all %(count)s records.",
        records,
        count=number(records),
    )
    return IdWords("ok", str(words))
