"""Setting a source up: where its feed lies, what a look at it found, and putting it in force.
Services flush; their callers commit."""

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import (
    Agency,
    Run,
    ScheduleKind,
    Source,
    SourceStatus,
    Trial,
    TrialKind,
    Trigger,
    Upload,
    User,
)
from webapp.offers.mapping_document import MappingDocument
from webapp.schedules import Schedule
from webapp.services.audit import note
from webapp.services.deliveries import release_waiting
from webapp.services.drafts import Draft, begin_draft, draft_of, save_draft
from webapp.services.feed_addresses import FeedAddress, set_feed_address
from webapp.services.runs import start_run
from webapp.services.sources import next_time, schedule_of
from webapp.services.trials import cancel_trial, latest_trial, start_trial
from webapp.slugs import free_slug

HOURLY = Schedule(ScheduleKind.INTERVAL, "60", "Europe/Madrid")
ONLY_WHEN_ASKED = Schedule(ScheduleKind.MANUAL, timezone="Europe/Madrid")


class NotReady(Exception):
    """There is nothing yet to go on with: no mapping was found or made."""


def begin_setup(agency: Agency, name: str, address: FeedAddress, user: User) -> Source:
    taken = db.session.scalars(select(Source.slug).where(Source.agency_id == agency.id))
    source = Source(
        agency_id=agency.id,
        slug=free_slug(name, set(taken), fallback="source"),
        name=name,
        preset="",
        status=SourceStatus.SETUP,
    )
    set_feed_address(source, address)
    _propose_schedule(source)
    db.session.add(source)
    db.session.flush()
    note("source_created", source, user, name=name)
    return source


def change_feed_address(source: Source, name: str, address: FeedAddress) -> None:
    """While it is being set up; what was worked out of the feed before stays until it is replaced
    by a new look."""
    source.name = name
    was_sent_in = not source.location
    set_feed_address(source, address)
    if was_sent_in != (not address.location):
        _propose_schedule(source)
    db.session.flush()


def latest_upload(source: Source) -> Upload | None:
    """The file that stands for the feed of a source without an address."""
    if source.location:
        return None
    return db.session.scalar(
        select(Upload).where(Upload.source_id == source.id).order_by(Upload.id.desc()).limit(1)
    )


def brought_mapping(source: Source) -> MappingDocument | None:
    """What a copied or imported source came with: its feed is read that way from the first look."""
    draft = draft_of(source)
    is_first = latest_trial(source, TrialKind.LOOK) is None
    return draft.document if draft is not None and is_first else None


def look_at(
    source: Source,
    user: User,
    *,
    document: MappingDocument | None = None,
    upload: Upload | None = None,
) -> Trial:
    """`document`: how to read it, instead of finding out."""
    return start_trial(
        source, TrialKind.LOOK, user, document=document, upload=upload or latest_upload(source)
    )


def decide_how(
    source: Source,
    schedule: Schedule,
    *,
    absent_runs: int,
    hold_share: float,
    max_bytes: int | None,
) -> None:
    source.schedule_kind, source.schedule_value = schedule.kind, schedule.value
    source.timezone = schedule.timezone
    source.absent_runs, source.hold_share = absent_runs, hold_share
    source.max_bytes = max_bytes
    db.session.flush()


def use_found(source: Source, look: Trial, user: User, change: str) -> Draft:
    """What the look recognised or proposed becomes the draft, instead of whatever draft there was.

    :raise NotReady: the look found nothing.
    """
    if look.result is None or "document" not in look.result:
        raise NotReady
    document = MappingDocument.model_validate(look.result["document"])
    source.preset = document.name
    return begin_draft(source, document, user, change)


def try_draft(source: Source, user: User) -> Trial:
    """:raise NotReady: there is no draft."""
    if (draft := draft_of(source)) is None:
        raise NotReady
    return start_trial(
        source, TrialKind.DRY_RUN, user, document=draft.document, upload=latest_upload(source)
    )


def activate(source: Source, at_step: int, user: User) -> Run | None:
    """Put the draft in force as version 1: the feed is read for the first time, and what the
    webhook has kept is worked. None where there is nothing but a webhook.

    :raise DraftMoved: the draft is at another step than the person saw.
    """
    save_draft(source, at_step, user)
    if (trial := latest_trial(source, *TrialKind)) is not None:
        cancel_trial(trial)
    upload = latest_upload(source)
    source.status, source.status_reason = SourceStatus.ACTIVE, ""
    source.next_run_at = next_time(schedule_of(source))
    db.session.flush()
    note("source_activated", source, user)
    release_waiting(source)
    if source.location:
        return start_run(source, trigger=Trigger.MANUAL, user=user)
    if upload is None:
        return None
    run = start_run(source, trigger=Trigger.UPLOAD, user=user, file_path=upload.name)
    run.upload_id = upload.id
    db.session.flush()
    return run


def _propose_schedule(source: Source) -> None:
    schedule = HOURLY if source.location else ONLY_WHEN_ASKED
    source.schedule_kind, source.schedule_value = schedule.kind, schedule.value
    source.timezone = schedule.timezone
