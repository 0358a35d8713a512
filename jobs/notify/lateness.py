"""Sources that were not read successfully for as long as a rule puts up with."""

from sqlalchemy import text

from webapp.alert_kinds import AlertKind
from webapp.extensions import db
from webapp.services.alerts import About, Words, close_alert, open_alert

# A weekly feed is not late on its sixth day: a run must have been due since, without success.
# Who has just resumed a source is not told that it was not read meanwhile.
_LATE = text("""
    SELECT rule.id, rule.no_success_hours, source.id, source.agency_id, source.name
    FROM notification_rules AS rule JOIN sources AS source
        ON (rule.agency_id IS NULL OR rule.agency_id = source.agency_id)
        AND (rule.source_id IS NULL OR rule.source_id = source.id)
    WHERE rule.kinds @> '["no_success_for"]' AND source.schedule_kind <> 'manual'
        AND source.status IN ('active', 'broken')
        AND greatest(source.last_read_at, source.located_at)
            < now() - make_interval(hours => rule.no_success_hours)
        AND (
            source.status = 'broken' OR source.next_run_at < now() - interval '1 hour'
            OR EXISTS (
                SELECT FROM runs WHERE runs.source_id = source.id AND runs.trigger <> 'remap'
                    AND runs.created_at > greatest(source.last_read_at, source.located_at)
                    AND (runs.finished_at IS NOT NULL
                        OR runs.created_at < now() - interval '1 hour')
            )
        )
        AND NOT EXISTS (
            SELECT FROM audit_log AS entry
            WHERE entry.source_id = source.id
                AND entry.action IN ('source_activated', 'source_resumed')
                AND entry.at > now() - make_interval(hours => rule.no_success_hours)
        )
    ORDER BY rule.id, source.id
""")

_TOLD = text("""
    SELECT agency_id, source_id, subject FROM alerts
    WHERE kind = 'no_success_for' AND closed_at IS NULL ORDER BY id
""")


def tell_of_late_sources() -> None:
    """Commits."""
    late = set()
    for rule_id, hours, source_id, agency_id, name in db.session.execute(_LATE).all():
        about = About(agency_id, source_id, f"rule-{rule_id}")
        late.add(about)
        words = Words(
            f"No successful run of {name} for {hours} hours",
            "What the vendor has changed since then is not here. Nothing was withdrawn.",
            f"/sources/{source_id}",
        )
        open_alert(AlertKind.NO_SUCCESS_FOR, about, words, rule_id=rule_id)
    for about in (About(*row) for row in db.session.execute(_TOLD).all()):
        if about not in late:
            ending = "It was read again, or nobody waits for it any more."
            close_alert(AlertKind.NO_SUCCESS_FOR, about, ending)
    db.session.commit()
