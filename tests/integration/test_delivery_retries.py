"""Sending again what was unsuccessful of a delivery: the number first, then only those."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from jobs import tasks
from tests import factories
from tests.deliveries import make_delivery, make_delivery_job, make_webhook, record
from tests.people import log_in, make_agency, make_user
from webapp.models import AuditEntry, OfferJob, Retry, utc_now


@pytest.mark.usefixtures("valkey")
def test_only_what_was_unsuccessful_is_sent_again_and_once(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    agency = make_agency("Costa Serena Homes")
    webhook = make_webhook(factories.make_source(agency, "Lirio CRM"))
    delivery = make_delivery(webhook, record("LR1"))
    jobs = [make_delivery_job(delivery, f"LR{number}") for number in (1, 2, 3)]
    for job, state in zip(jobs, ("rejected", "failed", "done"), strict=True):
        job.state, job.settled_at = state, utc_now()
    delivery.settled, delivery.rejected, delivery.failed = 3, 1, 1
    session.commit()
    ids, address = [job.id for job in jobs], f"/deliveries/{delivery.id}/retry"
    log_in(client, make_user("lena@serena.example", "Lena Serena", agency=agency))
    assert "Retry 2 failed offers?" in client.get(address).text
    for _ in range(2):
        assert client.post(address).status_code in (302, 303)
        tasks.send_retry(session.query(Retry).one().id)
    states = [session.get_one(OfferJob, id, populate_existing=True).state for id in ids]
    assert states == ["queued", "queued", "done"]
    entries = session.query(AuditEntry).filter_by(action="offers_retried").all()
    assert [entry.detail["offers"] for entry in entries] == [2]
    assert "Nothing left to retry" in client.get(address).text
