"""Where a file lies while a browser sends it."""

import os
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, request

from webapp.views.upload_spool import SMALL_BYTES, SpoolingRequest


def place_of(app: Flask, content: bytes) -> tuple[bytes, str | None]:
    """What arrived, and the path of the open file that holds it."""
    body = {"file": (BytesIO(content), "offers.xml")}
    with app.test_request_context("/", method="POST", data=body):
        stream = request.files["file"].stream
        rolled = stream._rolled  # type: ignore[attr-defined]
        place = os.readlink(f"/proc/self/fd/{stream.fileno()}") if rolled else None
        arrived = stream.read()
        stream.close()
        return arrived, place


def make_app(spool: Path) -> Flask:
    app = Flask(__name__)
    app.config["OFFERDOCK"] = SimpleNamespace(spool_dir=spool)
    app.request_class = SpoolingRequest
    return app


def test_a_large_file_lies_in_the_spool_folder_without_a_name(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    content = bytes(SMALL_BYTES + 1)
    arrived, place = place_of(make_app(spool), content)
    assert arrived == content
    assert place is not None and Path(place).parent == spool
    assert list(spool.iterdir()) == []


def test_a_small_one_needs_no_disk(tmp_path: Path) -> None:
    assert place_of(make_app(tmp_path), b"<root/>") == (b"<root/>", None)
