"""The one refusal of a body."""

from typing import Literal

Cause = Literal[
    "body_gone",
    "empty",
    "bad_gzip",
    "bad_form",
    "too_large_unpacked",
    "unknown_kind",
    "not_json",
    "not_xml",
    "entity_bomb",
    "too_deep",
    "too_many_parts",
    "no_records",
    "too_many_records",
    "no_ids",
    "too_many_ids",
]


class UnreadableBody(Exception):
    """It holds no records as the source's settings expect them.

    `cause` is a word for lists; the message says what is wrong, in sentences for the vendor.
    """

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause = cause


def names_no_offers(path: str | None) -> UnreadableBody:
    """Of a body that should say which offers changed."""
    return UnreadableBody(
        "no_ids",
        f"The body names no changed offers at “{path}”, where the settings of this webhook expect "
        "them.",
    )
