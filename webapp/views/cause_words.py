"""Verdicts on deliveries in words for those who sent them, and what to do about each cause."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.delivery_causes import RefusalCause, WorkCause
from webapp.models import Delivery, DeliveryState
from webapp.views.labels.deliveries import DELIVERY_STATES

# Cause: what is wrong, what to do.
CAUSES: dict[str, tuple[LazyString, LazyString]] = {
    RefusalCause.MISSING_SIGNATURE: (
        _l("It had no signature or key."),
        _l("Send it in the header that stands under How to send."),
    ),
    RefusalCause.MALFORMED_SIGNATURE: (
        _l("The signature or key isn’t written as expected."),
        _l("Compare with the example: prefix, encoding, separators."),
    ),
    RefusalCause.WRONG_SIGNATURE: (
        _l("The signature or key doesn’t match."),
        _l(
            "Check the secret, and that the bytes signed are the very bytes sent. After a change "
            "of the secret, ask the agency for the new one."
        ),
    ),
    RefusalCause.TOO_OLD: (
        _l("The signed time is too long ago."),
        _l("Sign each attempt anew, and check your server’s clock."),
    ),
    RefusalCause.FROM_THE_FUTURE: (
        _l("The signed time is in the future."),
        _l("Check your server’s clock, and that the time is in seconds, not milliseconds."),
    ),
    RefusalCause.WRONG_ADDRESS: (
        _l("It came from an address that the agency doesn’t allow."),
        _l("Ask the agency to add the address of your server."),
    ),
    RefusalCause.TOO_LARGE: (_l("The body is too large."), _l("Send fewer records at once.")),
    RefusalCause.WRONG_TYPE: (
        _l("The content type is none that we read."),
        _l(
            "Say application/json, application/xml, application/x-www-form-urlencoded or "
            "multipart/form-data."
        ),
    ),
    RefusalCause.WRONG_METHOD: (_l("It was not a POST."), _l("Send a POST.")),
    RefusalCause.RATE_LIMITED: (
        _l("There were too many deliveries in this minute."),
        _l("Wait for the seconds in Retry-After, then send it again."),
    ),
    RefusalCause.PAUSED: (
        _l("The agency has paused this source."),
        _l("Send it again later: Retry-After says when to try."),
    ),
    RefusalCause.CONFLICT: (
        _l("Its message id came before, with another body."),
        _l("Give every new message an id of its own."),
    ),
    RefusalCause.NO_SECRET: (
        _l("No secret is set up at present."),
        _l("Ask the agency for a new secret."),
    ),
    WorkCause.OFFERS_REFUSED: (
        _l("Not every record could be used."),
        _l("Each record says what is wrong with it."),
    ),
    WorkCause.WORKER_DIED: (
        _l("It could not be worked, though it was tried several times."),
        _l("Tell the agency; the fault is most likely ours."),
    ),
}


def verdict(delivery: Delivery) -> tuple[str, str]:
    """The kind of its mark and its word."""
    kind, word = DELIVERY_STATES[DeliveryState(delivery.state)]
    if delivery.state == DeliveryState.DONE and refused_records(delivery):
        return "warning", str(_("Done, some refused"))
    return kind, str(word)


def refused_records(delivery: Delivery) -> int:
    return delivery.rejected + delivery.failed + delivery.quarantined


def cause_words(delivery: Delivery) -> tuple[str, str]:
    """What was wrong and what to do, each empty when there is nothing to say."""
    if delivery.cause is None:
        return "", ""
    known = CAUSES.get(delivery.cause)
    if known is None:
        return delivery.cause_detail or delivery.cause.replace("_", " "), ""
    what, to_do = (str(words) for words in known)
    return f"{what} {delivery.cause_detail}".rstrip(), to_do
