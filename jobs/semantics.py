"""What a feed stands for: everything that there is, or only what changed since the last one."""

from jobs.formats.facts import DocumentFacts
from jobs.formats.record import Record
from webapp.models import Semantics
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.paths import JMESPathError, value_at
from webapp.offers.transforms.words import folded


def semantics_of(document: MappingDocument, header: Record) -> Semantics:
    """The document's, unless the file's own header says it. A header with a word that nobody has
    explained counts as a delta: by that nothing is withdrawn."""
    at = document.semantics_at
    if at is None:
        return Semantics(document.semantics)
    try:
        word = folded(value_at(at.path)(header))
    except (JMESPathError, ValueError):
        word = ""
    if not word:
        return Semantics(document.semantics)
    everything = word in {folded(snapshot) for snapshot in at.snapshot}
    return Semantics.SNAPSHOT if everything else Semantics.DELTA


def may_be_delta(document: MappingDocument) -> bool:
    """Known before any file: whether the order in which files are read matters."""
    return document.semantics == "delta" or document.semantics_at is not None


def semantics_of_all(document: MappingDocument, facts: DocumentFacts) -> Semantics:
    """Of several files; one that tells only what changed makes all of them such."""
    headers = (facts.header, *facts.later_headers)
    of_each = {semantics_of(document, header) for header in headers}
    return Semantics.DELTA if Semantics.DELTA in of_each else Semantics.SNAPSHOT
