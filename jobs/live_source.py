"""What it means for a feed that its source has a webhook as well: an older feed never overwrites a
newer delivery, and the periodic feed corrects what a lost delivery missed."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from sqlalchemy import text

from jobs.claims import ClaimedRun
from jobs.deliveries.cutters import version_rule
from jobs.fetch.request import Fetched
from webapp.bodies.version import VersionOf
from webapp.extensions import db
from webapp.models import Source, Webhook
from webapp.offers.mapping_document import MappingDocument
from webapp.services.webhook_settings import settings_of

# The records of a feed of changes are a microsecond apart.
_LAST_SEQUENCE = text("""
    SELECT coalesce(max(sequence + read), 0) FROM runs WHERE source_id = :source_id AND id < :id
""")

_DELIVERED_SINCE = text("""
    SELECT EXISTS (
        SELECT FROM deliveries
        WHERE source_id = :source_id AND staged > 0 AND sequence > (
            SELECT coalesce(max(sequence), 0) FROM runs
            WHERE source_id = :source_id AND content_sha256 = :sha256
                AND state IN ('finished', 'held')
        )
    )
""")


def version_of_records(source_id: int, document: MappingDocument) -> VersionOf | None:
    """How the feed's records tell their version, as those of deliveries do."""
    webhook = db.session.get(Webhook, source_id)
    if webhook is None:
        return None
    settings = settings_of(webhook)
    return None if settings.version_at is None else version_rule(settings, document)


def sequence_of_feed(
    run: ClaimedRun, source: Source, fetched_at: datetime, fetched: Fetched
) -> int:
    """Microseconds since 1970: when the file was made, where its server says it, as deliveries
    since then are newer; but later than the run before. Else when it was fetched."""
    now = _microseconds(fetched_at)
    made = moment_of_file(fetched.last_modified)
    if made is None or _is_said_of_another(fetched, source) or not has_webhook(source):
        return now
    last = db.session.scalar(_LAST_SEQUENCE, {"source_id": source.id, "id": run.id}) or 0
    return max(min(_microseconds(made), now), last + 1)


def must_read_again(source: Source) -> bool:
    """The very file that was read last may still be news: deliveries have changed offers since,
    and nobody says that the file is older than they are."""
    if moment_of_file(source.last_modified) is not None or not has_webhook(source):
        return False
    parameters = {"source_id": source.id, "sha256": source.content_sha256}
    return bool(db.session.scalar(_DELIVERED_SINCE, parameters))


def _is_said_of_another(fetched: Fetched, source: Source) -> bool:
    """A server that gives two files the same time doesn't know it."""
    return fetched.last_modified == source.last_modified and fetched.sha256 != source.content_sha256


def has_webhook(source: Source) -> bool:
    return db.session.get(Webhook, source.id) is not None


def moment_of_file(last_modified: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(last_modified or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
