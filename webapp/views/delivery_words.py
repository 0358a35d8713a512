"""What became of a delivery, and what to do about it, in words for the agency."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.delivery_causes import RefusalCause, WorkCause
from webapp.models import Delivery, DeliveryState, Receipt, ReceiptState
from webapp.views.cause_words import CAUSES, cause_words, refused_records, verdict

BAD_REQUEST = 400
# What the agency does about a cause; of the others the vendor has to see to it.
_TO_DO: dict[str, LazyString] = {
    RefusalCause.MISSING_SIGNATURE: _l(
        "If your vendor sent it: give them the link to the vendor’s page, which shows how to sign. "
        "If not, there is nothing to do."
    ),
    RefusalCause.MALFORMED_SIGNATURE: _l(
        "Compare the signing scheme in the settings with what they send."
    ),
    RefusalCause.WRONG_SIGNATURE: _l(
        "If your vendor sent it: give them the secret that is in force, or compare the signing "
        "scheme in the settings. If not, there is nothing to do."
    ),
    RefusalCause.TOO_OLD: _l(
        "The vendor’s clock is slow, or they send old messages again without signing."
    ),
    RefusalCause.FROM_THE_FUTURE: _l("The vendor’s clock is fast. They should set it right."),
    RefusalCause.NO_SECRET: _l(
        "Add a secret in the settings of the webhook and give it to the vendor."
    ),
    RefusalCause.WRONG_ADDRESS: _l(
        "If your vendor sent it: add the address to the allowed networks in the settings."
    ),
    RefusalCause.TOO_LARGE: _l(
        "The vendor should send fewer records at once, or you allow more bytes."
    ),
    RefusalCause.WRONG_TYPE: _l(
        "The vendor should send JSON, XML or a form, and say so in Content-Type."
    ),
    RefusalCause.WRONG_METHOD: _l(
        "The vendor should send a POST. A browser that opens the address does not."
    ),
    RefusalCause.RATE_LIMITED: _l(
        "The vendor sends it again later by itself, or you allow more a minute."
    ),
    RefusalCause.PAUSED: _l("Resume the source. The vendor was asked to send it again."),
    RefusalCause.CONFLICT: _l(
        "The first one counts. The vendor should give every message an id of its own."
    ),
    WorkCause.OFFERS_REFUSED: _l("Its records say what is wrong with each."),
    WorkCause.WORKER_DIED: _l(
        "Replay it once. If it ends like this again, tell your administrator."
    ),
    WorkCause.NO_FEED: _l(
        "Give the source the address of a feed, or choose another shape of bodies."
    ),
    WorkCause.FETCH_FAILED: _l("Check the address and the access of the offers, then replay it."),
    "body_gone": _l("Ask the vendor to send it again."),
}
# For lists: of those whose sentence depends on the body.
_NAMES: dict[str, LazyString] = {
    "body_gone": _l("Its body is kept no longer"),
    "empty": _l("The body is empty"),
    "bad_gzip": _l("The body can’t be unpacked"),
    "bad_form": _l("The body is no whole form"),
    "too_large_unpacked": _l("The body is too large once unpacked"),
    "unknown_kind": _l("The body is neither JSON nor XML nor a form"),
    "not_json": _l("The body is not JSON"),
    "not_xml": _l("The body is not XML"),
    "entity_bomb": _l("The body’s XML would grow without end"),
    "too_deep": _l("The body is nested too deep"),
    "too_many_parts": _l("The body has too many parts"),
    "no_records": _l("The body holds no records"),
    "too_many_records": _l("The body holds too many records"),
    "no_ids": _l("The body names no offers"),
    "too_many_ids": _l("The body names too many offers"),
    WorkCause.NO_FEED: _l("The source has no feed to read"),
    WorkCause.FETCH_FAILED: _l("The offers could not be fetched"),
}
_SHAPE = _l("Compare the body with what the settings of the webhook expect, then replay it.")
RECEIPT_STATES = {
    ReceiptState.DUE: ("waiting", _l("To be sent")),
    ReceiptState.SENDING: ("running", _l("Being sent")),
    ReceiptState.SENT: ("ok", _l("Sent")),
    ReceiptState.FAILED: ("error", _l("Not taken")),
}


def delivery_cause(delivery: Delivery) -> str:
    """What was wrong; empty when nothing was."""
    if delivery.cause == RefusalCause.CONFLICT:
        return str(CAUSES[RefusalCause.CONFLICT][0])
    return cause_words(delivery)[0]


def delivery_hint(delivery: Delivery) -> str:
    if delivery.cause is None:
        return ""
    if (known := _TO_DO.get(delivery.cause)) is not None:
        return str(known)
    return str(_SHAPE) if delivery.state == DeliveryState.UNREADABLE else ""


def cause_choices(causes: list[str]) -> list[tuple[str, str]]:
    """For a filter by cause."""
    return [(cause, cause_name(cause)) for cause in causes]


def cause_name(cause: str) -> str:
    if cause in CAUSES:
        return str(CAUSES[cause][0]).rstrip(".")
    return str(_NAMES[cause]) if cause in _NAMES else cause.replace("_", " ").capitalize()


def delivery_seconds(delivery: Delivery) -> float | None:
    """From its arrival until its last offer was settled; of one that was replayed, or refused at
    first, that says nothing."""
    if delivery.state != DeliveryState.DONE or delivery.replay_id is not None:
        return None
    if delivery.http_status >= BAD_REQUEST:
        return None
    if delivery.finished_at is None:
        return None
    return (delivery.finished_at - delivery.received_at).total_seconds()


def message_id(delivery: Delivery) -> str:
    """As its vendor sent it; empty where its body tells it."""
    kind, _colon, id = (delivery.message_key or "").partition(":")
    return id if kind == "id" else ""


def offers_in_words(delivery: Delivery) -> str:
    """Its records by what became of them, without those of which there are none."""
    counted = [
        (delivery.created, _("%(count)s created", count=delivery.created)),
        (delivery.updated, _("%(count)s updated", count=delivery.updated)),
        (delivery.unchanged, _("%(count)s unchanged", count=delivery.unchanged)),
        (delivery.withdrawn, _("%(count)s withdrawn", count=delivery.withdrawn)),
        (delivery.superseded, _("%(count)s older than what was there", count=delivery.superseded)),
    ]
    return ", ".join(words for count, words in counted if count)


def receipt_status(receipt: Receipt) -> tuple[str, str]:
    kind, word = RECEIPT_STATES[ReceiptState(receipt.state)]
    return kind, str(word)


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        delivery_status=verdict,
        delivery_cause=delivery_cause,
        delivery_hint=delivery_hint,
        delivery_seconds=delivery_seconds,
        cause_choices=cause_choices,
        cause_name=cause_name,
        message_id=message_id,
        refused_records=refused_records,
        offers_in_words=offers_in_words,
        receipt_status=receipt_status,
    )
