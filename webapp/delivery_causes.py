"""Why a request is refused at a webhook, and why an accepted one was of little use: the word that
is kept with its delivery. What a body itself lacks: webapp/bodies/unreadable.py."""

from enum import StrEnum


class RefusalCause(StrEnum):
    MISSING_SIGNATURE = "missing_signature"
    MALFORMED_SIGNATURE = "malformed_signature"
    WRONG_SIGNATURE = "wrong_signature"
    """Or a wrong key or password."""
    TOO_OLD = "too_old"
    FROM_THE_FUTURE = "from_the_future"
    NO_SECRET = "no_secret"
    """The webhook has none that is in force."""
    WRONG_ADDRESS = "wrong_address"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    WRONG_METHOD = "wrong_method"
    RATE_LIMITED = "rate_limited"
    PAUSED = "paused"
    CONFLICT = "conflict"
    """Its message id came before with another body."""


# Of who sends; each is answered alike, so that nobody learns which part was wrong.
UNAUTHENTIC = frozenset(
    {
        RefusalCause.MISSING_SIGNATURE,
        RefusalCause.MALFORMED_SIGNATURE,
        RefusalCause.WRONG_SIGNATURE,
        RefusalCause.TOO_OLD,
        RefusalCause.FROM_THE_FUTURE,
        RefusalCause.NO_SECRET,
        RefusalCause.WRONG_ADDRESS,
    }
)


class WorkCause(StrEnum):
    OFFERS_REFUSED = "offers_refused"
    """Not every record could be used."""
    WORKER_DIED = "worker_died"
    """Whoever worked it did, as often as it was tried."""
    FETCH_FAILED = "fetch_failed"
    """The offers that it names could not be asked for."""
    NO_FEED = "no_feed"
    """It rings for a feed that the source doesn't have."""
