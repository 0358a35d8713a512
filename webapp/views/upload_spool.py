"""Where a file lies while a browser sends it: in the spool folder. The usual place for such files,
/tmp, is memory in a container."""

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import current_app
from htmx_flask.requests import HtmxAwareRequest

from webapp.config import Config

# What every form sends stays in memory.
SMALL_BYTES = 64 * 1024


class SpoolingRequest(HtmxAwareRequest):  # type: ignore[misc]  # ships no annotations
    """Replaces the class that the extension has put in."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        config: Config = current_app.config["OFFERDOCK"]
        config.spool_dir.mkdir(parents=True, exist_ok=True)
        # Without a name: it is gone with the request, whatever becomes of the process.
        return cast(IO[bytes], SpooledTemporaryFile(SMALL_BYTES, "rb+", dir=str(config.spool_dir)))
