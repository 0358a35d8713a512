"""What the door answers, what each answer means and what a sender does then."""

from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.views.filters import byte_size, number
from webapp.webhooks import WebhookSettings


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    meaning: str
    what_to_do: str
    send_again: str
    """yes, no or later: whether the same message should be sent again."""


def answers(settings: WebhookSettings) -> list[Answer]:
    return [
        Answer(
            202,
            _("Stored for good. The answer has the delivery's number."),
            _("Nothing. What becomes of its offers stands under Deliveries."),
            "no",
        ),
        Answer(
            200,
            _("It was stored before: the same message came again."),
            _("Nothing. The answer has the first one's number."),
            "no",
        ),
        Answer(
            400,
            _("The body ended early, or its chunks are malformed."),
            _("Send it again, whole."),
            "yes",
        ),
        Answer(
            401,
            _("The signature or the key is missing, wrong, or too old."),
            _("Compare with the example; the exact cause stands under Deliveries."),
            "no",
        ),
        Answer(405, _("It was not a POST."), _("Send a POST."), "no"),
        Answer(
            409,
            _("This message id came before, with another body."),
            _("Give the new message an id of its own."),
            "no",
        ),
        Answer(
            413,
            _("The body is larger than %(size)s.", size=byte_size(settings.max_bytes)),
            _("Send fewer records at once."),
            "no",
        ),
        Answer(
            415,
            _("The content type is none that we read."),
            _(
                "Say application/json, application/xml, application/x-www-form-urlencoded or "
                "multipart/form-data."
            ),
            "no",
        ),
        Answer(
            429,
            _(
                "More than %(count)s deliveries in a minute.",
                count=number(settings.rate_per_minute),
            ),
            _("Wait for the seconds in Retry-After, or put several offers in one body."),
            "later",
        ),
        Answer(
            503,
            _("It can't be stored right now, or the agency has paused this source."),
            _("Wait for the seconds in Retry-After."),
            "later",
        ),
    ]
