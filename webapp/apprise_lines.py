"""Keeps what Apprise has to say out of our log and Sentry: its lines hold parts of addresses."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lines_of_apprise() -> Iterator[list[logging.LogRecord]]:
    """What it says meanwhile, down to its remarks for programmers."""
    told: list[logging.LogRecord] = []

    def keep(record: logging.LogRecord) -> bool:
        told.append(record)
        return False

    logger = logging.getLogger("apprise")
    level = logger.level
    logger.addFilter(keep)
    logger.setLevel(logging.DEBUG)
    try:
        yield told
    finally:
        logger.setLevel(level)
        logger.removeFilter(keep)
