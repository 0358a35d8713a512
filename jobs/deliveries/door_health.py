"""The circuit breaker of a webhook: a door that gets little else than refused requests is closed to
those for a while. What is signed rightly always comes in, whatever strangers send."""

from dataclasses import dataclass

from sqlalchemy import text

from webapp.alert_kinds import AlertKind
from webapp.extensions import db
from webapp.models import Source
from webapp.services.alerts import About, Words, close_alert, open_alert

WINDOW_MINUTES = 5
# Looked at for each source: its newest deliveries, as far as they are of the window.
NEWEST = 300
FEWEST_FAILURES = 50
FAILING_SHARE = 0.9
# How long a door stays closed the first time, the second time in a row, and from then on.
PAUSE_MINUTES = (1, 15, 60)

_RECENT = text("""
    SELECT webhook.source_id, recent.refused, recent.others, recent.cause
    FROM webhooks AS webhook CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state = 'refused') AS refused,
            count(*) FILTER (WHERE state <> 'refused') AS others,
            mode() WITHIN GROUP (ORDER BY cause) FILTER (WHERE state = 'refused') AS cause
        FROM (
            SELECT state, cause, received_at FROM deliveries
            WHERE source_id = webhook.source_id ORDER BY id DESC LIMIT :newest
        ) AS newest
        WHERE received_at > now() - make_interval(mins => :minutes)
    ) AS recent
    WHERE webhook.closed_until IS NULL OR webhook.closed_until <= now()
    ORDER BY webhook.source_id
""")

_CLOSE = text("""
    UPDATE webhooks SET closings = closings + 1, closed_reason = :cause,
        closed_until = now() + make_interval(mins => (CAST(:pauses AS int[]))[
            least(closings + 1, array_length(CAST(:pauses AS int[]), 1))])
    WHERE source_id = :source_id AND (closed_until IS NULL OR closed_until <= now())
    RETURNING source_id
""")

# A door that was closed is trusted again when it has been open for the window without a flood.
_FORGET = text("""
    UPDATE webhooks SET closings = 0, closed_until = NULL, closed_reason = ''
    WHERE source_id = :source_id
        AND closed_until < now() - make_interval(mins => :minutes)
    RETURNING source_id
""")


@dataclass(frozen=True, slots=True)
class RecentDeliveries:
    """Of one source, within the window."""

    source_id: int
    refused: int
    others: int
    cause: str | None
    """Why most of them were refused."""

    @property
    def is_flood(self) -> bool:
        total = self.refused + self.others
        return self.refused >= FEWEST_FAILURES and self.refused >= FAILING_SHARE * total


def judge_doors() -> None:
    """Close doors that get a flood of refused requests, open those where it is over. Commits."""
    rows = db.session.execute(_RECENT, {"newest": NEWEST, "minutes": WINDOW_MINUTES}).all()
    for recent in (RecentDeliveries(*row) for row in rows):
        if recent.is_flood:
            _close(recent)
        else:
            _forget(recent.source_id)
    db.session.commit()


def _close(recent: RecentDeliveries) -> None:
    settings = {
        "source_id": recent.source_id,
        "cause": recent.cause,
        "pauses": list(PAUSE_MINUTES),
    }
    if db.session.scalar(_CLOSE, settings) is None:
        return
    source = db.session.get_one(Source, recent.source_id)
    open_alert(
        AlertKind.DELIVERY_FAILURES,
        About(source.agency_id, source.id),
        Words(
            f"Deliveries to {source.name} are refused",
            f"{recent.refused} requests of the last {WINDOW_MINUTES} minutes were refused. What is "
            "not signed rightly is turned away for a while; what is signed rightly still comes in.",
            f"/sources/{source.id}/webhook",
        ),
    )


def _forget(source_id: int) -> None:
    settings = {"source_id": source_id, "minutes": WINDOW_MINUTES}
    if db.session.scalar(_FORGET, settings) is not None:
        source = db.session.get_one(Source, source_id)
        close_alert(
            AlertKind.DELIVERY_FAILURES,
            About(source.agency_id, source.id),
            "No flood of refused requests comes any more.",
        )
