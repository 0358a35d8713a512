"""Files sent through the browser: kept in pieces until nothing reads them any more. Flushes."""

from typing import BinaryIO

from sqlalchemy import insert

from webapp.extensions import db
from webapp.models import Run, Source, Trigger, Upload, UploadChunk, User
from webapp.services.runs import start_run

CHUNK_BYTES = 1024**2


def start_upload(source: Source, user: User, name: str, content: BinaryIO) -> Run:
    """:raise RunAlreadyOpen: the source is being read just now; nothing is kept then."""
    run = start_run(source, trigger=Trigger.UPLOAD, user=user, file_path=name)
    run.upload_id = keep_upload(source, name, content).id
    db.session.flush()
    return run


def keep_upload(source: Source, name: str, content: BinaryIO) -> Upload:
    upload = Upload(source_id=source.id, name=name)
    db.session.add(upload)
    db.session.flush()
    number = 0
    while piece := content.read(CHUNK_BYTES):
        number += 1
        upload.bytes += len(piece)
        db.session.execute(
            insert(UploadChunk), {"upload_id": upload.id, "number": number, "content": piece}
        )
    db.session.flush()
    return upload
