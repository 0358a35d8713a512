"""One of everything: what the tests of pages look at, and what a person looks at while building."""

from datetime import timedelta
from typing import Any

from tests.factories import (
    TWICE_A_DAY,
    hold,
    make_issue,
    make_job,
    make_offer,
    make_problem,
    make_rejected_job,
    make_revision,
    make_run,
    make_source,
    step,
)
from webapp.extensions import db
from webapp.models import Agency, OwnPreset, RevisionKind, RunState, Verdict, utc_now


def make_busy_agency(agency: Agency) -> dict[str, Any]:
    """One of everything: sources of every state, runs of every end, offers with a history."""
    calm = make_source(agency, "Lirio CRM")
    for day in range(12, 0, -1):
        make_run(
            calm, began=utc_now() - timedelta(hours=6 * day), read=133, unchanged=130, updated=3
        )
    last = make_run(
        calm, began=utc_now() - timedelta(hours=2), read=133, created=4, updated=9, unchanged=117,
        staged=14, settled=14,
    )  # fmt: skip
    offers = [make_offer(calm) for _ in range(60)]
    offers[1].sync_status, offers[2].lifecycle, offers[3].lifecycle = (
        "warning",
        "missing",
        "withdrawn",
    )
    offers[3].withdrawn_at = utc_now() - timedelta(days=1)
    offers[4].sync_status = "rejected"
    shown = offers[4]
    for offer in offers[:4]:
        make_revision(offer, last, RevisionKind.CREATED)
    make_revision(shown, last, RevisionKind.CREATED, at=utc_now() - timedelta(days=9))
    make_revision(
        shown,
        last,
        RevisionKind.UPDATED,
        changes={
            "deals.sale once": [
                {"deal": "sale", "amount": 255000},
                {"deal": "sale", "amount": 247500},
            ],
            "areas.built": [118, 121],
            "texts.es": [None, {"lang": "es", "title": "Luminosa vivienda"}],
        },
    )
    shown.job_id = make_job(last, shown.external_id, outcome="updated").id
    refused = make_rejected_job(last, shown.external_id)
    for number in range(3):
        make_rejected_job(last, f"NEW-{number}")
    make_problem(
        last, "", message="This record has no id, so it cannot be told apart.", code="missing_id"
    )
    issue = make_issue(last)
    make_issue(last, code="missing_required", severity="error", affected=4, sample_raw="")

    holding = make_source(agency, "Faro Export", schedule=TWICE_A_DAY)
    gone = [make_offer(holding) for _ in range(34)]
    held = make_run(holding, read=31, unchanged=31, began=utc_now() - timedelta(hours=5))
    hold(held, gone)
    failing = make_source(agency, "Alcor Listings")
    failed = make_run(
        failing, RunState.FAILED, verdict=Verdict.INCOMPLETE, finished_at=utc_now(),
        error_code="login_page", error_place="https://feeds.example/alcor.xml",
        error_message="The server sent a login page instead of the feed.",
        error_hint="Check the user name and password of this source with the vendor.",
    )  # fmt: skip
    make_source(agency, "Río Calmo Weekly", status="paused", next_run_at=None)
    busy = make_source(agency, "Monte Portal")
    running = make_run(
        busy, RunState.APPLYING, began=utc_now() - timedelta(seconds=14), read=12_480,
        staged=12_480, settled=7_740, created=7_702, rejected=0, bytes=34_100_000, http_status=200,
        steps=[step("fetch", utc_now() - timedelta(seconds=13), 3.1, bytes=34_100_000),
               step("read", utc_now() - timedelta(seconds=10), 4.2, records=12_480)],
    )  # fmt: skip
    broken = make_source(
        agency, "Old Harbour Feed", status="broken", next_run_at=None,
        status_reason="The last 10 runs failed: the server can’t be found.",
    )  # fmt: skip
    preset = OwnPreset(
        agency_id=agency.id,
        slug="harbour-homes",
        title="Harbour homes",
        document={**calm.mapping.document, "name": "harbour-homes", "title": "Harbour homes"},
    )
    db.session.add(preset)
    db.session.commit()
    return {
        "calm": calm, "last": last, "offer": shown, "refused": refused, "held": held,
        "failed": failed, "running": running, "broken": broken, "holding": holding,
        "preset": preset, "issue": issue,
    }  # fmt: skip
