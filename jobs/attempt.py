"""A trial being worked on: what it tries, what is known so far, and its way to the feed."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from jobs.arrival_facts import arrival_facts, refusal_facts
from jobs.claim_trials import ClaimedTrial
from jobs.deliveries.spooled import spool_deliveries
from jobs.deliveries.waiting import Waiting
from jobs.errors import PermanentError, PipelineError
from jobs.fetch.request import Fetched
from jobs.fetch.upload import fetch_upload
from jobs.fetch_source import fetch_limits, fetch_source
from jobs.source_secrets import source_secrets
from jobs.trial_progress import TrialProgress
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Source, Upload, Webhook
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.reading import Reading
from webapp.services.mappings import document_in_force
from webapp.services.webhook_settings import settings_of


@dataclass(slots=True)
class Attempt:
    trial: ClaimedTrial
    source: Source
    document: MappingDocument | None
    """The mapping to try, if it isn't the source's own."""
    spool: Path
    config: Config
    progress: TrialProgress
    result: dict[str, Any] = field(default_factory=dict)
    """Grows as more is known; a trial that fails keeps it as well."""

    def fetch(self) -> Fetched:
        """As a run would, but in any case, and noting nothing with the source.

        :raise PipelineError: nothing usable arrived; what came instead is in the result
        """
        began = monotonic()
        secrets = source_secrets(self.source)
        try:
            fetched = self._fetched()
            if not fetched.files:
                raise _nothing_new(fetched.final_url)
        except PipelineError as error:
            if facts := refusal_facts(error, monotonic() - began, secrets):
                self.result["fetch"] = facts
            raise
        self.result["fetch"] = arrival_facts(fetched, secrets)
        self.progress.begin_reading(fetched.bytes)
        return fetched

    def waiting(self) -> Waiting | None:
        """The deliveries that stand for the feed of a source that has none."""
        if self.trial.upload_id is not None or self.source.location:
            return None
        webhook = db.session.get(Webhook, self.source.id)
        if webhook is None:
            return None
        settings = settings_of(webhook)
        return Waiting(self.source, settings, self.document, self.config)

    def _fetched(self) -> Fetched:
        document = self.document or document_in_force(self.source)
        if (waiting := self.waiting()) is not None:
            fetched = spool_deliveries(waiting, self.spool)
            if self.document is not None and fetched.files[0].path == self.spool:
                reading = Reading(container="jsonl")
                self.document = self.document.model_copy(update={"reading": reading})
            return fetched
        if self.trial.upload_id is not None:
            upload = db.session.get_one(Upload, self.trial.upload_id)
            limits = fetch_limits(self.source, self.config)
            member = document.reading.member if document else None
            return fetch_upload(upload.id, upload.name, self.spool, limits, member)
        if not self.source.location:
            raise PermanentError(
                "no_address",
                "This source has no address, and no file was sent.",
                "Enter the address of the feed, or send a file.",
            )
        return fetch_source(self.source, document, self.spool, self.config, self.progress.fetched)


def _nothing_new(place: str) -> PermanentError:
    return PermanentError(
        "nothing_new",
        "There is no new file of changes in the vendor's folder: all of them have been read.",
        "Try it again when the vendor has sent the next one.",
        place=place,
    )
