"""What the door says: JSON with a word, a sentence and what to do. Who isn't the vendor learns only
that; the cause stands on the vendor's page."""

from flask import jsonify
from werkzeug.wrappers import Response

from webapp.hooks.verification import UNAUTHENTIC, RefusalCause

RETRY_SECONDS_PAUSED = 600
RETRY_SECONDS_AWAY = 5

# By cause: status, sentence, what to do.
_REFUSALS: dict[RefusalCause, tuple[int, str, str]] = {
    RefusalCause.TOO_LARGE: (
        413,
        "The body is larger than this webhook takes.",
        "Send fewer records at once.",
    ),
    RefusalCause.WRONG_TYPE: (
        415,
        "The content type is none that is read here.",
        "Send application/json, application/xml, application/x-www-form-urlencoded or "
        "multipart/form-data.",
    ),
    RefusalCause.WRONG_METHOD: (405, "A webhook takes POST only.", "Send a POST."),
    RefusalCause.RATE_LIMITED: (
        429,
        "More deliveries came than this webhook takes in a minute.",
        "Wait for the seconds in Retry-After, then send it again.",
    ),
    RefusalCause.PAUSED: (
        503,
        "The agency has paused this source.",
        "Wait for the seconds in Retry-After, then send it again.",
    ),
    RefusalCause.CONFLICT: (
        409,
        "This message id came before, with another body. The first one counts.",
        "Give every message an id of its own.",
    ),
}
_UNAUTHENTIC = (
    401,
    "The signature or key could not be verified.",
    "Compare what you send with the example on the page that the agency gave you.",
)


def status_of(cause: RefusalCause) -> int:
    return 401 if cause in UNAUTHENTIC else _REFUSALS[cause][0]


def refusal(cause: RefusalCause, retry_after: int = 0) -> Response:
    status, sentence, what_to_do = _UNAUTHENTIC if cause in UNAUTHENTIC else _REFUSALS[cause]
    word = "not_authentic" if cause in UNAUTHENTIC else cause.value
    response = jsonify(error=word, message=sentence, what_to_do=what_to_do)
    response.status_code = status
    if cause is RefusalCause.PAUSED:
        retry_after = RETRY_SECONDS_PAUSED
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    if cause is RefusalCause.WRONG_METHOD:
        response.headers["Allow"] = "POST"
    return response


def accepted(delivery_id: int, *, is_repeated: bool) -> Response:
    """202 for a new delivery, 200 for one that is stored already: both need no repetition."""
    response = jsonify(delivery=delivery_id, status="repeated" if is_repeated else "accepted")
    response.status_code = 200 if is_repeated else 202
    return response


def broken() -> Response:
    response = jsonify(
        error="broken_body",
        message="The body ended early, or its chunks are not shaped as HTTP asks.",
        what_to_do="Send it again, whole; a Content-Length has to fit the body.",
    )
    response.status_code = 400
    return response


def away() -> Response:
    response = jsonify(
        error="unavailable",
        message="The delivery can't be stored right now.",
        what_to_do="Wait for the seconds in Retry-After, then send it again.",
    )
    response.status_code = 503
    response.headers["Retry-After"] = str(RETRY_SECONDS_AWAY)
    return response
