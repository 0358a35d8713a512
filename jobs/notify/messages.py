"""What a message says: one problem, its end, or several of both at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.models import Notification, NotificationKind


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    body: str
    is_good_news: bool


TEST = Message(
    "Offerdock: a test",
    "This is a test message of Offerdock. Whoever reads it is told here when something is wrong.",
    True,
)


def message_of(notifications: Sequence[Notification], public_url: str) -> Message:
    """Of alerts that are due together for one channel; tests are sent alone."""
    if notifications[0].alert is None:
        return TEST
    parts = [_part(notification, public_url) for notification in notifications]
    over = sum(notification.kind == NotificationKind.CLOSED for notification in notifications)
    if len(parts) == 1:
        return Message(f"Offerdock: {parts[0].partition(chr(10))[0]}", parts[0], over == 1)
    subject = f"Offerdock: {_told(len(parts) - over, over)}"
    return Message(subject, "\n\n".join(parts), over == len(parts))


def _part(notification: Notification, public_url: str) -> str:
    alert = notification.alert
    assert alert is not None
    page = f"{public_url}{alert.path}"
    if notification.kind == NotificationKind.CLOSED:
        return f"Over: {alert.title}\n{alert.ending}\n{page}"
    return f"{alert.title}\n{alert.text}\n{page}"


def _told(problems: int, over: int) -> str:
    words = []
    if problems:
        words.append("one problem" if problems == 1 else f"{problems} problems")
    if over:
        words.append(f"{over} over")
    return ", ".join(words)
