"""gunicorn's log lines in the shape of all others; deploy/gunicorn.conf.py names this class."""

import os
import re
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from webapp.logs import formatter, log_to_stderr
from webapp.masking import masked_path

ACKNOWLEDGED = (200, 202)
_DOOR = re.compile("/hooks/[^/.]+")


class GunicornLogger(Logger):  # type: ignore[misc]  # gunicorn has no annotations
    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        # Before the application has its settings; a wrong one stops it a moment later.
        log_format = os.environ.get("LOG_FORMAT", "console")
        log_to_stderr(log_format)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter(log_format))

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """What a webhook acknowledged stands in the log of its deliveries."""
        is_door = _DOOR.fullmatch(environ.get("PATH_INFO", "")) is not None
        if not (is_door and resp.status_code in ACKNOWLEDGED):
            super().access(resp, req, environ, request_time)

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": masked_path(atoms["U"] or "")}
