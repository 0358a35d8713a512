"""What an import of a file would do: `flask import FILE --dry-run`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.dry_read import count_feed
from jobs.dry_run import DryRun
from jobs.fetch.local_file import fetch_local_file
from jobs.fetch_source import fetch_limits
from webapp.config import Config
from webapp.models import Source
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import load_preset


def dry_import(
    file: Path,
    source: Source | None,
    preset: str,
    config: Config,
    proposed: MappingDocument | None = None,
) -> DryRun:
    """Read FILE as an import into the source would. Writes nothing but a spool file.

    `proposed`: the mapping that the import would store, where it is no preset's.

    :raise PermanentError: the file is no feed, or holds no record.
    """
    keeps_own = source is not None and source.preset == preset and proposed is None
    own_mapping = source.mapping if source is not None and keeps_own else None
    if own_mapping is not None:
        document = MappingDocument.model_validate(own_mapping.document)
    else:
        document = proposed or load_preset(preset)
    run = DryRun(source, document, own_mapping.id if own_mapping else None)
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=config.spool_dir, prefix="run-dry-") as folder:
        max_bytes = fetch_limits(source, config).max_bytes
        member = document.reading.member
        fetched = fetch_local_file(file, Path(folder) / "feed", max_bytes, member=member)
        count_feed(run, fetched, file.name)
    return run
