"""What would become of a body if it were delivered, worked out in the web process and stored
nowhere; bounded, because pages wait meanwhile."""

from webapp.hooks.checks.answer import check_answer
from webapp.hooks.checks.body import MOST_BYTES, MOST_RECORDS, CheckedBody, checked_body
from webapp.hooks.checks.records import CheckedRecord

__all__ = [
    "MOST_BYTES",
    "MOST_RECORDS",
    "CheckedBody",
    "CheckedRecord",
    "check_answer",
    "checked_body",
]
