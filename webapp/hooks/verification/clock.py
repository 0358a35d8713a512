"""The replay window: a signed time may be neither too old nor in the future."""

from webapp.delivery_causes import RefusalCause

# Seconds since 1970 have ten digits until 2286.
MOST_DIGITS = 11


def seconds_in(text: str) -> int | None:
    """None when it is no whole number of seconds."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None


def outside_window(timestamp: int, now: int, tolerance: int) -> RefusalCause | None:
    if timestamp < now - tolerance:
        return RefusalCause.TOO_OLD
    return RefusalCause.FROM_THE_FUTURE if timestamp > now + tolerance else None
