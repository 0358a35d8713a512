"""Real runs compared: what the page says is what the runs did."""

import pytest
from kyero_by_hand import FeedFile, record, records
from pipeline_steps import make_source, offer, run_to_end

from webapp.extensions import db
from webapp.models import Source
from webapp.queries import compare
from webapp.queries.compare import Difference


def test_a_lower_price_a_new_and_a_changed_offer_are_told_apart(file: FeedFile) -> None:
    id = make_source()
    first = run_to_end(id, file.write(records(4)))
    changed = [record("H1", price="90000"), record("H2", town="Monte Alcor"), *records(4)[2:]]
    last = run_to_end(id, file.write([*changed, record("H5")]))
    source = db.session.get_one(Source, id)
    runs = compare.runs_between(source, first, last)
    assert runs == [last.id]
    counts = compare.difference_counts(runs)
    assert counts.of == {"price": 1, "changed": 1, "new": 1}
    (row,) = compare.different_offers(runs, Difference.PRICE, 1).rows
    assert row.id == offer(id, "H1").id
    (sides,) = row.changes.values()
    assert row.price_move == pytest.approx(float(sides[1]["amount"]) / float(sides[0]["amount"]))
    assert sides[1]["amount"] == 90000
