"""Pages that lead to what is no longer kept say so."""

from datetime import timedelta

from flask.testing import FlaskClient

from tests.deliveries import make_delivery, make_webhook, record
from tests.factories import make_issue, make_offer, make_revision, make_run, make_source
from webapp.extensions import db
from webapp.models import Agency, OfferRevision, RevisionKind, utc_now
from webapp.services.webhook_addresses import guide_token

LONG_AGO = timedelta(days=400)


def test_the_link_to_a_run_that_is_gone_leads_to_words(agent: FlaskClient, agency: Agency) -> None:
    source = make_source(agency)
    run, offer = make_run(source), make_offer(source, "H1")
    make_revision(offer, run, "updated")
    issue = make_issue(run)
    link = f"/runs/{run.id}"
    db.session.delete(run)
    db.session.commit()
    assert f'href="{link}"' in agent.get(f"/offers/{offer.id}").text
    assert f'href="{link}"' in agent.get(f"/issues/{issue.id}").text
    for address in (link, f"{link}/jobs/1", f"{link}/retry"):
        answer = agent.get(address)
        assert answer.status_code == 404
        assert "Old runs are forgotten" in answer.text


def test_the_link_to_a_delivery_that_is_gone_leads_to_words(
    agent: FlaskClient, agency: Agency
) -> None:
    webhook = make_webhook(make_source(agency))
    delivery = make_delivery(webhook, record("A1"))
    offer, gone = make_offer(webhook.source, "A1"), f"/deliveries/{delivery.id}"
    kind, at = RevisionKind.CREATED, utc_now()
    db.session.add(OfferRevision(offer_id=offer.id, delivery_id=delivery.id, kind=kind, at=at))
    db.session.commit()
    db.session.delete(delivery)
    db.session.commit()
    assert f'href="{gone}"' in agent.get(f"/offers/{offer.id}").text
    for address in (gone, f"{gone}/records/1", f"{gone}/retry", f"{gone}/body", f"{gone}/accept"):
        answer = agent.get(address)
        assert answer.status_code == 404
        assert "kept for 30 days, refused ones for 14" in answer.text


def test_a_record_of_a_delivery_that_is_gone_says_so(agent: FlaskClient, agency: Agency) -> None:
    delivery = make_delivery(make_webhook(make_source(agency)), record("A1"))
    db.session.commit()
    answer = agent.get(f"/deliveries/{delivery.id}/records/17")
    assert (answer.status_code, "it is not kept any more" in answer.text) == (404, True)


def test_a_vendor_is_told_that_a_delivery_is_gone(client: FlaskClient, agency: Agency) -> None:
    webhook = make_webhook(make_source(agency))
    db.session.commit()
    pages = f"/hooks/{webhook.public_id}/guide/{guide_token(webhook)}/deliveries"
    answer = client.get(f"{pages}/17")
    assert answer.status_code == 404
    assert "kept for 30 days, refused ones for 14" in answer.text
    assert f'href="{pages}"' in answer.text


def test_a_run_whose_records_are_gone_says_so(agent: FlaskClient, agency: Agency) -> None:
    began = utc_now() - LONG_AGO
    run = make_run(make_source(agency), began=began, created=7, rejected=2, read=9)
    db.session.commit()
    for tab in ("unsuccessful", "created"):
        page = agent.get(f"/runs/{run.id}?show={tab}").text
        assert "Not kept any more" in page
        assert "Every record of this run could be applied" not in page
    answer = agent.get(f"/runs/{run.id}/jobs/17")
    assert (answer.status_code, "it is not kept any more" in answer.text) == (404, True)


def test_a_young_run_without_records_says_nothing_of_the_kind(
    agent: FlaskClient, agency: Agency
) -> None:
    run = make_run(make_source(agency), created=7)
    db.session.commit()
    assert "Not kept any more" not in agent.get(f"/runs/{run.id}?show=updated").text


def test_a_comparison_over_a_long_time_says_that_it_may_miss_changes(
    agent: FlaskClient, agency: Agency
) -> None:
    source = make_source(agency)
    old = make_run(source, began=utc_now() - LONG_AGO)
    runs = [make_run(source) for _ in range(2)]
    db.session.commit()
    address = f"/sources/{source.id}/compare?b={runs[1].id}&a="
    assert "are not all kept" in agent.get(f"{address}{old.id}").text
    assert "are not all kept" not in agent.get(f"{address}{runs[0].id}").text


def test_a_history_that_does_not_reach_back_to_the_beginning_says_so(
    agent: FlaskClient, agency: Agency
) -> None:
    source = make_source(agency)
    run, cut, whole = make_run(source), make_offer(source), make_offer(source)
    make_revision(whole, run, "created")
    for offer in (cut, whole):
        make_revision(offer, run, "updated")
    db.session.commit()
    assert "Older changes are not" in agent.get(f"/offers/{cut.id}").text
    assert "Older changes are not" not in agent.get(f"/offers/{whole.id}").text
