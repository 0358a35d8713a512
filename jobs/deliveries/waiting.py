"""What a webhook took in while its source is being set up: the records of the deliveries that wait,
for a look and for a dry run. Nothing is written."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import text
from zstandard import ZstdDecompressor

from jobs.deliveries.offer_requests import OfferRequests, requests_of
from jobs.errors import PermanentError
from webapp.bodies.reader import BodyReader
from webapp.bodies.record import Record
from webapp.bodies.unreadable import UnreadableBody
from webapp.config import Config
from webapp.extensions import db
from webapp.models import Source
from webapp.offers.mapping_document import MappingDocument
from webapp.webhooks import WebhookSettings

MOST_FETCHED = 50
FETCH_SECONDS = 120.0
_CHUNK = 100

_NEXT = text("""
    SELECT delivery.id, request.content_type, request.body
    FROM deliveries AS delivery
    JOIN delivery_requests AS request ON request.delivery_id = delivery.id
    WHERE delivery.source_id = :source_id AND delivery.finished_at IS NULL
        AND delivery.state = 'waiting' AND delivery.id > :after
    ORDER BY delivery.id LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class WaitingBody:
    delivery_id: int
    content: bytes
    content_type: str


@dataclass(slots=True)
class Waiting:
    """The deliveries of one source as its settings cut them; `unreadable` says why others can't
    be cut."""

    source: Source
    settings: WebhookSettings
    document: MappingDocument | None
    config: Config
    unreadable: list[UnreadableBody] = field(default_factory=list)
    deliveries: int = 0

    def bodies(self) -> Iterator[WaitingBody]:
        """In the order of their arrival."""
        decompressor, after = ZstdDecompressor(), 0
        while True:
            parameters = {"source_id": self.source.id, "after": after, "most": _CHUNK}
            rows = db.session.execute(_NEXT, parameters).all()
            db.session.commit()
            for id, content_type, body in rows:
                yield WaitingBody(id, decompressor.decompress(body), content_type)
                after = id
            if len(rows) < _CHUNK:
                return

    def records(self) -> Iterator[Record]:
        """Of bodies that only name offers, the first of these are fetched."""
        if self.settings.shape == "ids":
            yield from islice(self._fetched(), MOST_FETCHED)
            return
        reader = BodyReader(self.settings, self.document)
        for body in self.bodies():
            self.deliveries += 1
            if self.settings.shape == "ring":
                continue
            try:
                yield from reader.records(body.content, body.content_type)
            except UnreadableBody as error:
                self.unreadable.append(error)

    def no_records(self) -> PermanentError:
        """Why there was no record to read."""
        if self.unreadable:
            return PermanentError(
                "unreadable_deliveries",
                f"No delivery that came can be read. {self.unreadable[0]}",
                "Say in the webhook’s settings where the records are, or ask the vendor’s "
                "developer to send them otherwise, then look again.",
            )
        if self.deliveries and self.settings.shape == "ring":
            return PermanentError(
                "no_feed",
                "The deliveries only say that something changed, and the source has no feed.",
                "Give it the address of a feed under “An address or a file”, or change what a "
                "delivery holds in the webhook’s settings.",
            )
        if self.deliveries:
            return PermanentError(
                "empty_deliveries",
                "The deliveries that came hold no offer.",
                "Ask the vendor’s developer to send one with an offer in it, then look again.",
            )
        return PermanentError(
            "no_deliveries",
            "Nothing has come yet.",
            "Ask the vendor’s developer to send a test to the address of this webhook, then look "
            "again.",
        )

    def _fetched(self) -> Iterator[Record]:
        """:raise PipelineError: the vendor's server can't be asked"""
        reader = BodyReader(self.settings, self.document)
        of_answers = BodyReader(self.settings, self.document, records_at=self.settings.detail_at)
        seen: set[str] = set()
        with ExitStack() as stack:
            requests = stack.enter_context(requests_of(self.source, self.config, FETCH_SECONDS))
            for body in self.bodies():
                self.deliveries += 1
                try:
                    for id in self._changed(reader, body, requests):
                        answer = None
                        if id not in seen:
                            answer = requests.offer(id)
                        seen.add(id)
                        if answer is not None:
                            yield from of_answers.records(answer.body, answer.content_type)
                except UnreadableBody as error:
                    self.unreadable.append(error)

    def _changed(self, reader: BodyReader, body: WaitingBody, requests: OfferRequests) -> list[str]:
        changed = reader.changed(body.content, body.content_type)
        if changed.are_gone:
            return []
        if changed.ids or not self.settings.list_url:
            return changed.ids
        answer = requests.list()
        return reader.changed(answer.body, answer.content_type).ids
