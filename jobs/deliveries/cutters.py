"""How the bodies of one source are cut, compiled once a worker for each mapping and settings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jobs.mappings import mapping_document
from webapp.bodies.reader import BodyReader
from webapp.bodies.version import VersionOf, compiled_version
from webapp.offers.conditions import Holds, any_condition_holds
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError
from webapp.webhooks import WebhookSettings


@dataclass(frozen=True, slots=True)
class Cutter:
    settings: WebhookSettings
    document: MappingDocument
    reader: BodyReader
    # Of what is fetched, one offer at a time.
    answer_reader: BodyReader
    version_of: VersionOf
    is_skipped: Holds


@lru_cache(maxsize=256)
def cutter_of(mapping_id: int, settings_json: str) -> Cutter:
    """:raise LookupError: there is no such mapping"""
    settings = WebhookSettings.model_validate_json(settings_json)
    document = mapping_document(mapping_id)
    return Cutter(
        settings,
        document,
        BodyReader(settings, document),
        BodyReader(settings, document, records_at=settings.detail_at),
        version_rule(settings, document),
        _safely(any_condition_holds(document.skip_when)),
    )


def version_rule(settings: WebhookSettings, document: MappingDocument) -> VersionOf:
    if settings.version_at is None:
        return lambda record, arrival: None
    return compiled_version(settings.version_at, document.zone)


def _safely(holds: Holds) -> Callable[[Any], bool]:
    """A condition that fails says nothing: the record is used, and its rules tell."""

    def safely(record: Any) -> bool:
        try:
            return holds(record)
        except JMESPathError:
            return False

    return safely
