"""Sentry for web and workers, and the log format; off unless an address is set."""

import logging

import sentry_sdk
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.integrations.rq import RqIntegration

from webapp.config import Config

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def start(config: Config) -> None:
    if config.sentry_dsn:
        sentry_sdk.init(
            dsn=config.sentry_dsn,
            environment=config.environment,
            release=f"offerdock@{config.release}",
            integrations=[FlaskIntegration(), RqIntegration()],
            # Feeds carry people's names and vendors' passwords: no local variables, no bodies. Who
            # the person is and cookies are left out by the SDK itself.
            include_local_variables=False,
            max_request_body_size="never",
        )


def log_to_stderr(level: int = logging.INFO) -> None:
    logging.basicConfig(level=level, format=LOG_FORMAT)
