"""An Australian listing over its weeks: inserted whole, its price changed by a record that has
nothing else, sold by one that has only the sale."""

from pipeline_steps import counters, history, lifecycles, make_source, offer, run_to_end

from tests.preset_offers import FEEDS

LISTING = "dw-100"


def test_a_listing_inserted_repriced_and_sold_is_one_sold_offer_with_all_its_fields() -> None:
    source = make_source(preset="reaxml")
    inserted = run_to_end(source, FEEDS / "reaxml.xml")
    assert (inserted.semantics, inserted.verdict) == ("delta", "valid")
    first = offer(source, LISTING).data
    assert first["deals"][0]["amount"] == 850000

    repriced = run_to_end(source, FEEDS / "reaxml_price.xml")
    assert counters(repriced) == {"read": 1, "staged": 1, "settled": 1, "updated": 1}
    assert offer(source, LISTING).data["deals"][0]["amount"] == 825000

    run_to_end(source, FEEDS / "reaxml_sold.xml")
    sold = offer(source, LISTING)
    assert (sold.lifecycle, sold.data["status"]) == ("live", "sold")
    assert sold.data["deals"][0] | {"amount": 850000} == first["deals"][0]
    assert sold.data["deals"][0]["amount"] == 825000
    assert sold.data["extra"] == first["extra"] | {
        "sold_price": 841000,
        "sold_at": "2026-05-23T11:30:00+10:00",
    }
    changed = {"status", "deals", "extra", "source_updated_at"}
    assert {key: value for key, value in sold.data.items() if key not in changed} == {
        key: value for key, value in first.items() if key not in changed
    }
    assert [kind for kind, _ in history(source, LISTING)] == ["created", "updated", "updated"]


def test_listings_of_other_files_stay_and_withdrawn_ones_nobody_knew_make_no_offer() -> None:
    source = make_source(preset="reaxml")
    run_to_end(source, FEEDS / "reaxml.xml")
    run_to_end(source, FEEDS / "reaxml_sold.xml")
    assert lifecycles(source) == {
        f"dw-{number}": "live" for number in (*range(100, 800, 100), 710, 720, 730)
    }
