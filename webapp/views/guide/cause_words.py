"""Verdicts on deliveries in words for those who sent them, and what to do about each cause."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.models import Delivery, DeliveryState
from webapp.views.labels import DELIVERY_STATES

# Of a record that was only checked.
OUTCOMES = {
    "created": ("ok", _l("Would be created")),
    "updated": ("ok", _l("Would be updated")),
    "unchanged": ("ok", _l("Would change nothing")),
    "withdrawn": ("ok", _l("Would be withdrawn")),
    "superseded": ("off", _l("Older than what is there")),
    "fetched": ("ok", _l("Would be fetched")),
    "left_out": ("off", _l("Would be left out")),
    "unmapped": ("waiting", _l("Read; the agency is still setting this up")),
    "refused": ("error", _l("Would be refused")),
}
# Cause: what is wrong, what to do.
CAUSES = {
    "missing_signature": (
        _l("It had no signature or key."),
        _l("Send it in the header that stands under How to send."),
    ),
    "malformed_signature": (
        _l("The signature or key isn’t written as expected."),
        _l("Compare with the example: prefix, encoding, separators."),
    ),
    "wrong_signature": (
        _l("The signature or key doesn’t match."),
        _l(
            "Check the secret, and that the bytes signed are the very bytes sent. After a change "
            "of the secret, ask the agency for the new one."
        ),
    ),
    "too_old": (
        _l("The signed time is too long ago."),
        _l("Sign each attempt anew, and check your server’s clock."),
    ),
    "from_the_future": (
        _l("The signed time is in the future."),
        _l("Check your server’s clock, and that the time is in seconds, not milliseconds."),
    ),
    "wrong_address": (
        _l("It came from an address that the agency doesn’t allow."),
        _l("Ask the agency to add the address of your server."),
    ),
    "too_large": (_l("The body is too large."), _l("Send fewer records at once.")),
    "wrong_type": (
        _l("The content type is none that we read."),
        _l(
            "Say application/json, application/xml, application/x-www-form-urlencoded or "
            "multipart/form-data."
        ),
    ),
    "wrong_method": (_l("It was not a POST."), _l("Send a POST.")),
    "rate_limited": (
        _l("There were too many deliveries in this minute."),
        _l("Wait for the seconds in Retry-After, then send it again."),
    ),
    "paused": (
        _l("The agency has paused this source."),
        _l("Send it again later: Retry-After says when to try."),
    ),
    "conflict": (
        _l("Its message id came before, with another body."),
        _l("Give every new message an id of its own."),
    ),
    "no_secret": (
        _l("No secret is set up at present."),
        _l("Ask the agency for a new secret."),
    ),
    "offers_refused": (
        _l("Not every record could be used."),
        _l("Each record says what is wrong with it."),
    ),
    "worker_died": (
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
