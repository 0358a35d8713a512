"""Hands one message to a channel's service through Apprise, and says in words what went wrong."""

import logging
import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import apprise
from cryptography.fernet import InvalidToken
from flask import current_app

from jobs.notify.messages import Message
from jobs.notify.outgoing import public_addresses_only
from webapp.apprise_lines import lines_of_apprise
from webapp.channel_addresses import mailboxes_in, names_a_file, service_of
from webapp.config import Config
from webapp.models import NotificationChannel
from webapp.services.encryption import fernet

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 15.0
_MAIL_PORTS = {"mailto": 25, "mailtos": 587}
_CAUSE = re.compile(r"Socket Exception: (.+)", re.S)
_ADDRESS = re.compile(r"\w+://\S+")


def send_message(channel: NotificationChannel, message: Message) -> str:
    """Why it could not be sent; empty when it was."""
    config: Config = current_app.config["OFFERDOCK"]
    allowed = set(config.allowed_private_hosts)
    try:
        url = fernet().decrypt(channel.address.encode()).decode()
    except InvalidToken:
        return "The address can’t be read with the present ENCRYPTION_KEY. Enter it again."
    if boxes := mailboxes_in(url):
        if not config.mail_url:
            return "Offerdock has no mail server. Ask whoever runs it to set MAIL_URL."
        url = _through_own_server(config.mail_url, boxes)
        allowed.add(_own_server(config.mail_url))
    elif names_a_file(url):
        return "The address names a file; that isn’t possible. Enter another one."
    plugin = service_of(url)
    if plugin is None:
        return "The address is not understood any more. Enter it again."
    # What a typed address may not change: no second tries here, no waiting, no way around.
    plugin.retry = 0
    plugin.socket_connect_timeout = CONNECT_SECONDS
    plugin.socket_read_timeout = ANSWER_SECONDS
    plugin.redirects = False
    return _sent_by(plugin, message, allowed)


def _sent_by(plugin: apprise.NotifyBase, message: Message, allowed: set[str]) -> str:
    sender = apprise.Apprise(plugin)
    kind = apprise.NotifyType.SUCCESS if message.is_good_news else apprise.NotifyType.WARNING
    with public_addresses_only(allowed) as refused, lines_of_apprise() as told:
        is_sent = sender.notify(
            body=message.body,
            title=message.subject,
            notify_type=kind,
            body_format=apprise.NotifyFormat.TEXT,
        )
    if is_sent:
        return ""
    if refused:
        return (
            f"{refused[0]} is inside the own network; messages only go to public addresses. "
            "Whoever runs Offerdock can allow it (ALLOWED_PRIVATE_HOSTS)."
        )
    return _reason(told)


def _reason(told: Sequence[logging.LogRecord]) -> str:
    """The last that Apprise said of it, and the cause that it tells programmers only."""
    lines = [record.getMessage() for record in told if record.levelno >= logging.WARNING]
    causes = [match[1] for record in told if (match := _CAUSE.match(record.getMessage()))]
    reason = " ".join([*lines[-1:], *causes[-1:]])
    reason = reason or "The service did not take the message, and did not say why."
    return _ADDRESS.sub("(address)", reason)[:500]


def _through_own_server(mail_url: str, boxes: str) -> str:
    return f"{mail_url}{'&' if '?' in mail_url else '?'}to={quote(boxes)}"


def _own_server(mail_url: str) -> str:
    parts = urlsplit(mail_url)
    return f"{parts.hostname}:{parts.port or _MAIL_PORTS[parts.scheme]}"
