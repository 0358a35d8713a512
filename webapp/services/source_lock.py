"""One person, or one worker, at a time changes what is decided and what is due of a source."""

from webapp.extensions import db
from webapp.models import Source


def lock_source(source: Source) -> None:
    """Until the transaction's end nobody else changes the source, which is as they left it; who
    only refers to it (offers, jobs) waits for nobody."""
    # What isn't flushed yet would be forgotten with the refresh.
    db.session.flush()
    db.session.refresh(source, with_for_update={"key_share": True})
