"""What keeps a source that is being set up from being activated, each with where to mend it."""

from flask import url_for
from flask_babel import gettext as _

from webapp.models import Source
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import value_at
from webapp.offers.required_fields import unfilled_fields
from webapp.offers.targets import field_label
from webapp.queries.samples import sample_of
from webapp.services.source_setup import latest_upload
from webapp.services.webhooks import webhook_of


def what_is_missing(source: Source, document: MappingDocument) -> list[tuple[str, str]]:
    """Sentences and addresses."""
    missing = []
    has_feed = source.location or latest_upload(source) is not None
    if not has_feed and webhook_of(source) is None:
        words = _("There is no address, and no file is kept (any more): send the file again.")
        missing.append((str(words), url_for("setup.where", id=source.id)))
    if not _finds_ids(source, document):
        words = _(
            "No record has an id at %(paths)s: say what tells the offers apart.",
            paths=", ".join(document.id),
        )
        missing.append((str(words), url_for("setup.what", id=source.id)))
    for field in unfilled_fields(document):
        words = _("Nothing fills the %(label)s of an offer.", label=_(field_label(field)))
        missing.append((str(words), url_for("mapping.show", id=source.id)))
    return missing


def _finds_ids(source: Source, document: MappingDocument) -> bool:
    """Whether any record of the sample has one; without a sample nobody knows better."""
    sample = sample_of(source)
    if sample is None or not sample.records:
        return True
    paths = [value_at(path) for path in document.id]
    return any(path(record) not in (None, "", []) for record in sample.records for path in paths)
