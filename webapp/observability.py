"""Sentry for web and workers; off unless an address is set, timing unless a share of it is."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.integrations.rq import RqIntegration
from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint

from webapp.config import Config
from webapp.masking import masked_url


def start(config: Config) -> None:
    if config.sentry_dsn:
        sentry_sdk.init(
            dsn=config.sentry_dsn,
            environment=config.environment,
            release=f"offerdock@{config.release}",
            traces_sample_rate=config.sentry_traces or None,
            integrations=[FlaskIntegration(), RqIntegration()],
            # Feeds carry people's names and vendors' passwords: no local variables, no bodies. Who
            # the person is and cookies are left out by the SDK itself.
            include_local_variables=False,
            max_request_body_size="never",
            before_send=_with_masked_addresses,
            before_breadcrumb=_without_query,
        )


def _with_masked_addresses(event: Event, _hint: Hint) -> Event:
    """Links of invitations and what people search for are in the addresses of our pages."""
    request: dict[str, Any] = event.get("request", {})
    headers = request.get("headers", {})
    for part, name in ((request, "url"), (headers, "Referer")):
        if name in part:
            part[name] = masked_url(part[name])
    if "query_string" in request:
        request["query_string"] = masked_url(f"?{request['query_string']}").removeprefix("?")
    return event


def _without_query(crumb: Breadcrumb, _hint: BreadcrumbHint) -> Breadcrumb:
    """The address of a feed may carry a key of the vendor's under any name."""
    crumb.get("data", {}).pop("http.query", None)
    return crumb
