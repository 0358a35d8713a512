"""Files sent through the browser: kept in pieces with the run that reads them. Flushes."""

from typing import BinaryIO

from sqlalchemy import insert

from webapp.extensions import db
from webapp.models import Run, Source, Trigger, UploadChunk, User
from webapp.services.runs import start_run

CHUNK_BYTES = 1024**2


def start_upload(source: Source, user: User, name: str, content: BinaryIO) -> Run:
    """:raise RunAlreadyOpen: the source is being read just now; nothing is kept then."""
    run = start_run(source, trigger=Trigger.UPLOAD, user=user, file_path=name)
    number = 0
    while piece := content.read(CHUNK_BYTES):
        number += 1
        db.session.execute(
            insert(UploadChunk), {"run_id": run.id, "number": number, "content": piece}
        )
    return run
