"""How notifications read on their pages: kinds of alerts and channels, what became of a message."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from webapp.alert_kinds import AlertKind
from webapp.models import Notification, NotificationKind, NotificationRule, NotificationState
from webapp.queries.notifications import rules_about_source

ALERT_KINDS = {
    AlertKind.RUN_FAILED: _l("A feed can’t be read"),
    AlertKind.RUN_HELD: _l("A run waits for a decision"),
    AlertKind.NO_SUCCESS_FOR: _l("No run was successful for some hours"),
    AlertKind.REJECTED_SHARE: _l("Many records of a feed are refused"),
    AlertKind.OFFER_COUNT_MOVED: _l("A feed has far more or far fewer offers than before"),
    AlertKind.ISSUE_NEW: _l("There is a new issue"),
    AlertKind.ISSUE_REGRESSED: _l("A resolved issue is back"),
    AlertKind.SOURCE_BROKEN: _l("A source is not read any more"),
    AlertKind.DELIVERY_FAILURES: _l("Deliveries of a webhook fail"),
    AlertKind.WORKER_SILENT: _l("A worker of Offerdock is silent, or the queue can’t be reached"),
    AlertKind.TICK_SILENT: _l("Schedules are not looked at any more"),
}
CHANNEL_KINDS = {
    "email": _l("E-mail"),
    "slack": _l("Slack"),
    "teams": _l("Microsoft Teams"),
    "telegram": _l("Telegram"),
    "discord": _l("Discord"),
    "google_chat": _l("Google Chat"),
    "mattermost": _l("Mattermost"),
    "rocketchat": _l("Rocket.Chat"),
    "matrix": _l("Matrix"),
    "ntfy": _l("ntfy"),
    "pushover": _l("Pushover"),
    "gotify": _l("Gotify"),
    "webhook": _l("Own server"),
}
_STATES = {
    NotificationState.DUE: ("waiting", _l("Waits")),
    NotificationState.SENDING: ("running", _l("Being sent")),
    NotificationState.SENT: ("ok", _l("Sent")),
    NotificationState.FAILED: ("error", _l("Not sent")),
    NotificationState.DROPPED: ("off", _l("Not needed any more")),
}
KINDS_NAMED = 3


def message_status(message: Notification) -> tuple[str, str]:
    if message.state == NotificationState.DUE and message.attempt:
        return "warning", str(_("Tried again soon"))
    kind, word = _STATES[NotificationState(message.state)]
    return kind, str(word)


def message_title(message: Notification) -> str:
    if message.alert is None:
        return str(_("Test"))
    if message.kind == NotificationKind.CLOSED:
        return str(_("Over: %(title)s", title=message.alert.title))
    return message.alert.title


def rule_kinds(rule: NotificationRule) -> str:
    """What the rule tells of, the first few."""
    words = [str(ALERT_KINDS[AlertKind(kind)]) for kind in rule.kinds]
    named = "; ".join(words[:KINDS_NAMED])
    more = len(words) - KINDS_NAMED
    if more <= 0:
        return named
    return f"{named}; {ngettext('%(num)d more', '%(num)d more', more)}"


def rule_times(rule: NotificationRule) -> str:
    """When its messages are sent."""
    if rule.digest_at:
        words = _("once a day at %(time)s (%(zone)s)", time=rule.digest_at, zone=rule.timezone)
    elif rule.quiet_from:
        words = _(
            "at once, but not from %(begin)s to %(end)s (%(zone)s)",
            begin=rule.quiet_from,
            end=rule.quiet_until,
            zone=rule.timezone,
        )
    else:
        words = _("at once")
    return str(words)


def register(app: Flask) -> None:
    app.jinja_env.globals["channel_kinds"] = CHANNEL_KINDS
    app.jinja_env.filters.update(
        message_status=message_status,
        message_title=message_title,
        rule_kinds=rule_kinds,
        rule_times=rule_times,
        rules_about_source=rules_about_source,
    )
