"""Alerts about a source that end because a person did something about it."""

from webapp.alert_kinds import AlertKind
from webapp.models import Source, User
from webapp.services.alerts import About, close_alert


def close_held_alert(source: Source, user: User) -> None:
    close_alert(AlertKind.RUN_HELD, _about(source), f"{user.name} has decided.")


def close_alerts_of_resumed(source: Source, user: User | None) -> None:
    name = user.name if user else "Somebody"
    close_alert(AlertKind.SOURCE_BROKEN, _about(source), f"{name} has resumed it.")


def close_alerts_of_paused(source: Source, user: User | None) -> None:
    name = user.name if user else "Somebody"
    close_alert(
        (AlertKind.SOURCE_BROKEN, AlertKind.RUN_FAILED), _about(source), f"{name} has paused it."
    )


def _about(source: Source) -> About:
    return About(source.agency_id, source.id)
