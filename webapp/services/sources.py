"""Setting sources up, changing, pausing and deleting them. Services flush; their callers commit."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, text

from webapp.extensions import db
from webapp.fetching import Fetching
from webapp.models import (
    Agency,
    OfferJob,
    OfferRecord,
    ScheduleKind,
    Source,
    SourceStatus,
    User,
    utc_now,
)
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import load_preset
from webapp.schedules import Schedule, next_times
from webapp.services.audit import keep_name, note
from webapp.services.credentials import SourceCredentials
from webapp.services.deliveries import release_waiting
from webapp.services.feed_addresses import FeedAddress, set_feed_address
from webapp.services.mappings import add_version
from webapp.services.runs import RunAlreadyOpen, open_run_of
from webapp.services.settings_facts import differences, known_credentials, settings_facts
from webapp.services.source_alerts import close_alerts_of_paused, close_alerts_of_resumed
from webapp.slugs import free_slug

ON_DEMAND = Schedule(ScheduleKind.MANUAL)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What a person decides about a source; everything in it has been checked."""

    name: str
    location: str
    preset: str
    schedule: Schedule = ON_DEMAND
    credentials: SourceCredentials | None = None
    absent_runs: int = 2
    hold_share: float = 0.15
    max_bytes: int | None = None
    """None: as much as the server's own limit allows."""
    document: MappingDocument | None = None
    """A mapping proposed for the source's feed, instead of a preset's."""
    fetching: Fetching = field(default_factory=Fetching)


def create_source(agency: Agency, settings: SourceSettings, user: User | None = None) -> Source:
    """With the preset as its mapping's first version; due at once when it is to be frequent."""
    taken = db.session.scalars(select(Source.slug).where(Source.agency_id == agency.id))
    slug = free_slug(settings.name, set(taken), fallback="source")
    source = Source(agency_id=agency.id, slug=slug)
    _take_over(source, settings)
    db.session.add(source)
    db.session.flush()
    add_version(source, settings.document or load_preset(settings.preset), user)
    is_frequent = settings.schedule.kind is ScheduleKind.INTERVAL
    source.next_run_at = utc_now() if is_frequent else next_time(settings.schedule)
    db.session.flush()
    return source


def update_source(source: Source, settings: SourceSettings, user: User | None = None) -> None:
    """A new location is read from scratch, a new preset becomes the mapping's next version."""
    before, credentials = settings_facts(source), known_credentials(source)
    has_new_preset = settings.preset != source.preset or settings.document is not None
    has_new_schedule = settings.schedule != schedule_of(source)
    _take_over(source, settings)
    if has_new_preset:
        add_version(source, settings.document or load_preset(settings.preset), user)
    if has_new_schedule:
        source.next_run_at = None if source.is_paused else next_time(settings.schedule)
    db.session.flush()
    detail: dict[str, object] = {**differences(before, settings_facts(source))}
    if settings.credentials is not None and settings.credentials != credentials:
        detail["secret_replaced"] = True
    if detail:
        note("source_changed", source, user, **detail)


def pause_source(source: Source, user: User | None = None) -> None:
    """No run starts by itself any more; one that is open goes on."""
    source.status = SourceStatus.PAUSED
    source.status_reason = ""
    source.next_run_at = None
    close_alerts_of_paused(source, user)
    note("source_paused", source, user)


def resume_source(source: Source, user: User | None = None) -> None:
    source.status = SourceStatus.ACTIVE
    source.status_reason = ""
    source.next_run_at = next_time(schedule_of(source))
    source.failures = 0
    release_waiting(source)
    close_alerts_of_resumed(source, user)
    note("source_resumed", source, user)


def accept_offered_key(source: Source, key: str, user: User | None = None) -> bool:
    """Trust what the vendor's server showed instead of the key that is known of it.

    Returns False when it is not what the server offers (any more).
    """
    fetching = Fetching.model_validate(source.fetching)
    if not key or key != fetching.offered_key:
        return False
    accepted = fetching.model_copy(update={"host_key": key, "offered_key": None})
    source.fetching = accepted.as_document()
    note("key_accepted", source, user, before=fetching.host_key, after=key)
    return True


def delete_source(source: Source, user: User | None = None) -> None:
    """Delete it with its offers, their history, its runs and problems.

    :raise RunAlreadyOpen: while it is being read.
    """
    if open_run := open_run_of(source):
        raise RunAlreadyOpen(open_run)
    note("source_deleted", source, user, name=source.name)
    keep_name(source)
    jobs = select(OfferJob.id).where(OfferJob.source_id == source.id)
    db.session.execute(delete(OfferRecord).where(OfferRecord.id.in_(jobs)))
    db.session.execute(
        text("DELETE FROM run_seen USING runs WHERE run_id = runs.id AND source_id = :id"),
        {"id": source.id},
    )
    # The rest goes by the tables' own cascades, without loading a single offer.
    db.session.execute(delete(Source).where(Source.id == source.id))


def schedule_of(source: Source) -> Schedule:
    return Schedule(ScheduleKind(source.schedule_kind), source.schedule_value, source.timezone)


def next_time(schedule: Schedule) -> datetime | None:
    return next(iter(next_times(schedule, utc_now(), 1)), None)


def _take_over(source: Source, settings: SourceSettings) -> None:
    source.name = settings.name
    set_feed_address(
        source, FeedAddress(settings.location, settings.credentials, settings.fetching)
    )
    source.preset = settings.preset
    source.schedule_kind = settings.schedule.kind
    source.schedule_value = settings.schedule.value
    source.timezone = settings.schedule.timezone
    source.absent_runs = settings.absent_runs
    source.hold_share = settings.hold_share
    source.max_bytes = settings.max_bytes
