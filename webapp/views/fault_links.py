"""Where Sentry shows the event of a fault, for pages that admins read."""

from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app

from webapp.config import Config


def sentry_link(event_id: str) -> str | None:
    """None where nobody said which address Sentry has."""
    config: Config = current_app.config["OFFERDOCK"]
    if not config.sentry_issues_url:
        return None
    parts = urlsplit(config.sentry_issues_url)
    query = "&".join(part for part in (parts.query, urlencode({"query": event_id})) if part)
    return parts._replace(query=query).geturl()


def register(app: Flask) -> None:
    app.jinja_env.filters["sentry_link"] = sentry_link
