"""A source's configuration taken out of it, and a new source made of one: copying, exporting and
importing are these two. Services flush; their callers commit."""

from collections.abc import Mapping

from sqlalchemy import insert, select

from webapp.configuration_file import (
    ConfigurationFile,
    FilesAndPages,
    Removal,
    ScheduleSettings,
)
from webapp.extensions import db
from webapp.fetching import Fetching
from webapp.masking import masked_url
from webapp.models import Agency, Source, User, ValueDecision
from webapp.offers.transforms.words import folded
from webapp.services.audit import note
from webapp.services.credentials import CredentialKind, CredentialsUnreadable, credentials_of
from webapp.services.drafts import begin_draft, document_of
from webapp.services.feed_addresses import FeedAddress
from webapp.services.source_setup import begin_setup, decide_how
from webapp.services.sources import schedule_of
from webapp.services.webhook_settings import settings_of
from webapp.services.webhooks import open_webhook, webhook_of


def configuration_of(source: Source) -> ConfigurationFile:
    """Its mapping is the one in force, or, while there is none, the draft's."""
    fetching = Fetching.model_validate(source.fetching)
    schedule, webhook = schedule_of(source), webhook_of(source)
    return ConfigurationFile(
        format=1,
        name=source.name,
        location=masked_url(source.location),
        credentials=_kind_of_credentials(source),
        fetching=FilesAndPages(
            pick=fetching.pick, paging=fetching.paging, own_certificate=fetching.own_certificate
        ),
        webhook=settings_of(webhook) if webhook is not None else None,
        schedule=ScheduleSettings(
            kind=schedule.kind, value=schedule.value, timezone=schedule.timezone
        ),
        removal=Removal(absent_runs=source.absent_runs, hold_share=source.hold_share),
        max_bytes=source.max_bytes,
        preset=source.preset,
        mapping=document_of(source),
        values=_decisions_of(source),
        ignore_paths=tuple(source.ignore_paths),
    )


def source_from(
    configuration: ConfigurationFile, agency: Agency, name: str, user: User, came_from: str
) -> Source:
    """A source in set-up, its mapping as a draft; `came_from` says in the audit log what it was
    made of. Nothing is decided about its credentials."""
    files = configuration.fetching
    fetching = Fetching(pick=files.pick, paging=files.paging, own_certificate=files.own_certificate)
    source = begin_setup(agency, name, FeedAddress(configuration.location, None, fetching), user)
    source.preset = configuration.preset
    source.ignore_paths = list(configuration.ignore_paths)
    decide_how(
        source,
        configuration.schedule.checked(),
        absent_runs=configuration.removal.absent_runs,
        hold_share=configuration.removal.hold_share,
        max_bytes=configuration.max_bytes,
    )
    if configuration.webhook is not None:
        open_webhook(source, configuration.webhook, user)
    if configuration.mapping is not None:
        begin_draft(source, configuration.mapping, user, came_from)
    _take_over_decisions(source, configuration.values, user)
    note("configuration_imported", source, user, came_from=came_from)
    return source


def _kind_of_credentials(source: Source) -> CredentialKind | None:
    try:
        stored = credentials_of(source)
    except CredentialsUnreadable:
        return None
    return stored.kind if stored is not None else None


def _decisions_of(source: Source) -> dict[str, dict[str, str | None]]:
    tables: dict[str, dict[str, str | None]] = {}
    rows = db.session.execute(
        select(ValueDecision.value_table, ValueDecision.raw, ValueDecision.code)
        .where(ValueDecision.source_id == source.id)
        .order_by(ValueDecision.value_table, ValueDecision.word)
    )
    for table, raw, code in rows:
        tables.setdefault(table, {})[raw] = code
    return tables


def _take_over_decisions(
    source: Source, tables: Mapping[str, Mapping[str, str | None]], user: User
) -> None:
    """There is no record yet that would have to be mapped again."""
    rows = {
        (table, folded(raw)): {
            "source_id": source.id,
            "value_table": table,
            "word": folded(raw),
            "raw": raw,
            "code": code,
            "decided_by": user.id,
        }
        for table, meanings in tables.items()
        for raw, code in meanings.items()
    }
    if rows:
        db.session.execute(insert(ValueDecision), list(rows.values()))
