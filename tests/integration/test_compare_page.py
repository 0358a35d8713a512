"""Two runs beside each other: prices first, then other changes, new, gone, come back."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.people import make_agency
from webapp.extensions import db
from webapp.models import Agency, Offer, RevisionKind, Run, RunState, Source
from webapp.offers.price_moves import price_move
from webapp.queries import compare
from webapp.queries.compare import Difference


@pytest.fixture
def source(agency: Agency) -> Source:
    return factories.make_source(agency)


def moved(offer: Offer, run: Run, old: int, new: int, **others: Any) -> None:
    changes: dict[str, Any] = {
        "deals.sale once": [
            {"deal": "sale", "amount": old, "currency": "EUR"},
            {"deal": "sale", "amount": new, "currency": "EUR"},
        ],
        **others,
    }
    factories.make_revision(
        offer, run, RevisionKind.UPDATED, changes=changes, price_move=price_move(changes)
    )


def test_the_biggest_price_move_comes_first(agent: FlaskClient, source: Source) -> None:
    first, last = factories.make_run(source), factories.make_run(source)
    small, large, up = (factories.make_offer(source) for _ in range(3))
    moved(small, last, 200_000, 196_000)
    texts = [{"title": "Villa", "plain": "Old words"}, {"title": "Villa", "plain": "New words"}]
    moved(large, last, 300_000, 150_000, **{"bedrooms": [2, 3], "texts.en": texts})
    moved(up, last, 100_000, 125_000)
    db.session.commit()
    page = agent.get(f"/sources/{source.id}/compare").text
    places = [page.index(offer.reference) for offer in (large, up, small)]
    assert places == sorted(places)
    for words in (
        "−50\u00a0%",
        "+25\u00a0%",
        "−2\u00a0%",
        "€300,000",
        "€150,000",
        "bedrooms",
        "<ins>New words",
    ):
        assert words in page
    assert f'changes of <a href="/runs/{last.id}"' in page
    assert f"/runs/{first.id}" in page


def test_several_runs_are_taken_together(agent: FlaskClient, source: Source) -> None:
    runs = [factories.make_run(source) for _ in range(4)]
    back, twice, came, new, gone, returned = (factories.make_offer(source) for _ in range(6))
    factories.make_revision(came, runs[0], RevisionKind.WITHDRAWN)
    moved(back, runs[1], 100_000, 90_000)
    moved(back, runs[3], 90_000, 100_000)
    moved(twice, runs[1], 100_000, 90_000)
    moved(twice, runs[2], 90_000, 45_000)
    factories.make_revision(came, runs[1], RevisionKind.RETURNED)
    factories.make_revision(came, runs[3], RevisionKind.WITHDRAWN)
    factories.make_revision(new, runs[1], RevisionKind.CREATED)
    moved(new, runs[2], 100_000, 90_000)
    moved(gone, runs[2], 100_000, 90_000)
    factories.make_revision(gone, runs[3], RevisionKind.WITHDRAWN)
    factories.make_revision(returned, runs[3], RevisionKind.RETURNED)
    db.session.commit()
    between = compare.runs_between(source, runs[0], runs[3])
    counts = compare.difference_counts(between)
    assert counts.of == {"price": 1, "changed": 1, "new": 1, "gone": 1, "returned": 1}
    assert not counts.is_more

    def found(difference: Difference) -> list[int]:
        return [row.id for row in compare.different_offers(between, difference, 1).rows]

    assert found(Difference.PRICE) == [twice.id]
    assert found(Difference.CHANGED) == [back.id]
    assert found(Difference.NEW) == [new.id]
    assert found(Difference.GONE) == [gone.id]
    assert found(Difference.RETURNED) == [returned.id]
    row = compare.different_offers(between, Difference.PRICE, 1).rows[0]
    assert row.price_move == pytest.approx(0.45)
    assert [side["amount"] for side in row.changes["deals.sale once"]] == [100_000, 45_000]
    address = f"/sources/{source.id}/compare?b={runs[0].id}&a={runs[3].id}"
    assert "the changes of the 3 runs since" in agent.get(address).text
    assert "It changed, and changed back" in agent.get(f"{address}&show=changed").text
    assert "It came back as it was" in agent.get(f"{address}&show=returned").text


def test_the_pages_go_on_by_the_address(agent: FlaskClient, source: Source) -> None:
    factories.make_run(source)
    last = factories.make_run(source)
    offers = [factories.make_offer(source) for _ in range(30)]
    for offer in offers:
        factories.make_revision(offer, last, RevisionKind.CREATED)
    db.session.commit()
    address = f"/sources/{source.id}/compare?show=new"
    first_page = agent.get(address).text
    assert offers[24].reference in first_page
    assert offers[29].reference not in first_page
    page = agent.get(f"{address}&page=2").text
    assert offers[29].reference in page
    assert offers[0].reference not in page
    assert "Nothing on this page" in agent.get(f"{address}&page=99").text


def test_by_itself_a_run_is_compared_with_the_one_before_it_that_ended(
    agent: FlaskClient, source: Source
) -> None:
    first = factories.make_run(source)
    factories.make_run(source, RunState.FAILED)
    last = factories.make_run(source)
    db.session.commit()
    page = agent.get(f"/sources/{source.id}/compare?b={last.id}").text
    assert f"/runs/{first.id}" in page
    assert "No difference" in page


def test_a_source_read_once_has_nothing_to_compare(agent: FlaskClient, source: Source) -> None:
    factories.make_run(source)
    db.session.commit()
    assert "There are not two runs yet" in agent.get(f"/sources/{source.id}/compare").text


def test_a_run_of_another_source_is_not_compared(
    agent: FlaskClient, source: Source, agency: Agency
) -> None:
    other = factories.make_run(factories.make_source(make_agency("Faro Estates"), "Elsewhere"))
    factories.make_run(source)
    last = factories.make_run(source)
    db.session.commit()
    page = agent.get(f"/sources/{source.id}/compare?a={other.id}&b={last.id}").text
    assert f"/runs/{other.id}" not in page
    assert agent.get(f"/sources/{source.id}/compare?a=x&b=-1&show=nonsense").status_code == 200


def test_past_the_cap_numbers_are_at_least(
    agent: FlaskClient, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_run(source)
    last = factories.make_run(source)
    for _ in range(5):
        factories.make_revision(factories.make_offer(source), last, RevisionKind.CREATED)
    db.session.commit()
    monkeypatch.setattr(compare, "CAP", 3)
    page = agent.get(f"/sources/{source.id}/compare").text
    assert "every number is at least that much" in page
    assert "3+" in page
