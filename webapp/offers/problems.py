"""What can be wrong with a record or an offer, in words for estate agents: the catalogue of codes
and the problem itself, which pages list and issues group."""

from dataclasses import dataclass
from typing import Literal

from webapp.offers.targets import N_, field_label

Severity = Literal["error", "warning", "info"]

RAW_LENGTH = 200
QUOTED_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    severity: Severity
    field: str
    raw: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """Templates may use %(label)s, %(raw)s, %(detail)s and what else the code is raised with."""

    severity: Severity
    message: str
    hint: str


# error: the offer is not imported; warning: it is, without the value; info: nothing was lost.
PROBLEMS: dict[str, ProblemKind] = {
    "missing_id": ProblemKind(
        "error",
        N_("This record has no id, so it cannot be told apart from the others."),
        N_("Ask the vendor to send an id that stays the same, or choose another id field."),
    ),
    "bad_id": ProblemKind(
        "error",
        N_("The id “%(raw)s” is longer than 200 characters."),
        N_("Choose the field that holds the offer's own number or reference as its id."),
    ),
    "duplicate_id": ProblemKind(
        "error",
        N_("The id “%(raw)s” appears more than once in this feed; only the first was used."),
        N_("Ask the vendor to give each offer an id of its own, or choose another id field."),
    ),
    "not_fetched": ProblemKind(
        "error",
        N_("The offer “%(raw)s” could not be fetched from the vendor. %(detail)s"),
        N_(
            "Ask the vendor what its server answers for this offer, or check the address of offers "
            "in the webhook's settings."
        ),
    ),
    "withdrawn_unknown": ProblemKind(
        "info",
        N_("This record withdraws the offer “%(raw)s”, which was never here."),
        N_("Nothing to do. It may have been sent and sold before this source was set up."),
    ),
    "missing_required": ProblemKind(
        "error",
        N_("The %(label)s is missing, and an offer cannot do without it."),
        N_("Ask the vendor to send it, or set a default in the mapping."),
    ),
    "missing_price": ProblemKind(
        "warning",
        N_("There is no price, and nothing says that it is on request."),
        N_("Check the price of this offer in the system the feed comes from."),
    ),
    "bad_number": ProblemKind(
        "warning",
        N_("The %(label)s “%(raw)s” is not a number, so it was left out."),
        N_("Correct it at the vendor, or change the rule for this field in the mapping."),
    ),
    "unknown_unit": ProblemKind(
        "warning",
        N_("We do not know the unit “%(raw)s” (%(label)s), so the area was left out."),
        N_("Say in the value map of this rule which unit it is, or ask the vendor for m²."),
    ),
    "bad_boolean": ProblemKind(
        "warning",
        N_("“%(raw)s” is neither yes nor no (%(label)s), so it was left out."),
        N_("Add the word to the value map of this field, or correct it at the vendor."),
    ),
    "bad_date": ProblemKind(
        "warning",
        N_("The %(label)s “%(raw)s” is not a date we can read, so it was left out."),
        N_("Dates are best sent as 2026-05-31 14:30:00. Check the order of day and month."),
    ),
    "bad_url": ProblemKind(
        "warning",
        N_("“%(raw)s” is not a web address (%(label)s), so it was left out."),
        N_("Addresses must be complete and begin with http:// or https://."),
    ),
    "bad_coordinates": ProblemKind(
        "warning",
        N_("The place on the map is wrong (%(label)s “%(raw)s”), so it was left out."),
        N_("Check latitude and longitude at the vendor: both are needed, in decimal degrees."),
    ),
    "coordinates_swapped": ProblemKind(
        "warning",
        N_("Latitude and longitude were the wrong way round (“%(raw)s”); they were swapped."),
        N_("Swap them at the vendor, or read each from the other's field in the mapping."),
    ),
    "coordinates_outside_country": ProblemKind(
        "warning",
        N_("The place on the map (“%(raw)s”) is not in the country of the offer."),
        N_("Check the coordinates and the country at the vendor. Both were kept."),
    ),
    "bad_value": ProblemKind(
        "warning",
        N_("“%(raw)s” cannot be used here (%(label)s), so it was left out."),
        N_("Check which field of the feed the mapping reads for this."),
    ),
    "unknown_value": ProblemKind(
        "warning",
        N_("We do not know “%(raw)s” yet (%(label)s). The vendor's word was kept."),
        N_("Say once in the value map what it means; the offers concerned are then updated."),
    ),
    "unknown_language": ProblemKind(
        "warning",
        N_("“%(raw)s” is not a language we know. The text was kept without a language."),
        N_("Say in the value map of languages which language it is."),
    ),
    "repaired_text": ProblemKind(
        "info",
        N_("Garbled letters were repaired (%(label)s)."),
        N_("Nothing to do. The vendor encodes texts twice and may want to know."),
    ),
    "garbled_text": ProblemKind(
        "warning",
        N_("Some letters are garbled and could not be repaired (%(label)s)."),
        N_("Ask the vendor to send the feed in UTF-8, encoded once."),
    ),
    "text_cut": ProblemKind(
        "warning",
        N_("The text was too long and was cut at %(limit)s characters (%(label)s)."),
        N_("Shorten it at the vendor, or check which field of the feed the mapping reads."),
    ),
    "out_of_range": ProblemKind(
        "warning",
        N_("The %(label)s “%(raw)s” cannot be right, so it was left out."),
        N_("Correct it at the vendor, or check its unit in the mapping."),
    ),
    "too_many_items": ProblemKind(
        "warning",
        N_("There are more than %(limit)s entries (%(label)s); the rest was left out."),
        N_("Check whether the feed repeats them."),
    ),
    "too_many_media": ProblemKind(
        "warning",
        N_("There are more than %(limit)s pictures and files; the rest was left out."),
        N_("Send fewer, the best ones first."),
    ),
    "record_unreadable": ProblemKind(
        "error",
        N_("This record could not be read: %(detail)s"),
        N_("Look at the raw record, and show it to the vendor."),
    ),
    "ragged_row": ProblemKind(
        "warning",
        N_("This row has more cells than the table has columns (%(raw)s), so some may be shifted."),
        N_("Compare the row with the table's columns: a separator may stand within a text."),
    ),
    "short_row": ProblemKind(
        "info",
        N_("This row has fewer cells than the table has columns (%(raw)s)."),
        N_("The missing cells count as empty. Check that the row was not cut in two."),
    ),
    "stray_quote": ProblemKind(
        "warning",
        N_("A quote in this row stands alone, so the row was read as if it were a letter."),
        N_("Ask the vendor to write quotes within a cell twice."),
    ),
    "cell_error": ProblemKind(
        "warning",
        N_("A formula of the sheet gives an error (%(raw)s), so its cell was left out."),
        N_("Correct the formula in the sheet, and send it again."),
    ),
    "rule_failed": ProblemKind(
        "warning",
        N_("The rule for the %(label)s does not work on this record: %(detail)s"),
        N_("Open the mapping and correct this rule."),
    ),
    "mapping_failed": ProblemKind(
        "error",
        N_("The mapping could not be applied to this record: %(detail)s"),
        N_("Its last good version stays. Look at the raw record and check the mapping."),
    ),
    "offer_refused_by_database": ProblemKind(
        "error",
        N_("The offer could not be stored: %(detail)s"),
        N_("Its last good version stays. Look at the raw record, then retry this offer."),
    ),
}


def problem(code: str, field: str = "", raw: object = "", **details: object) -> Problem:
    """A problem with its sentence filled in.

    :raise KeyError: the code is not in the catalogue, or its template needs another detail.
    """
    kind = PROBLEMS[code]
    shown = storable_text(raw[:RAW_LENGTH] if isinstance(raw, str) else raw)[:RAW_LENGTH]
    quoted = shown if len(shown) <= QUOTED_LENGTH else f"{shown[:QUOTED_LENGTH]}…"
    words = {"label": field_label(field), "raw": quoted, "detail": quoted, **details}
    return Problem(code, kind.severity, field, shown, kind.message % words, kind.hint)


def storable_text(raw: object) -> str:
    """Any value as a text that the database takes: no NUL, no half of a character pair."""
    text = raw if isinstance(raw, str) else str(raw)
    if text.isprintable():
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()
