"""Fictional offers: the same for the same seed, edited and wrong at the asked rates."""

from dataclasses import replace

import pytest

from demo.offers import FLAWS, Feed, Offer, offers_of


def offers(feed: Feed) -> list[Offer]:
    return list(offers_of(feed))


def ids(feed: Feed) -> list[str]:
    return [offer.external_id for offer in offers_of(feed)]


def test_the_same_seed_gives_the_same_offers() -> None:
    assert offers(Feed(seed=3)) == offers(Feed(seed=3))


@pytest.mark.parametrize("other", [Feed(seed=2), Feed(agency="bahia-azul")])
def test_another_seed_or_agency_gives_other_offers(other: Feed) -> None:
    same_texts = {offer.texts for offer in offers(Feed())} & {o.texts for o in offers(other)}
    assert len(same_texts) < 10


def test_a_feed_has_the_asked_number_of_offers_with_ids_of_their_own() -> None:
    assert len(set(ids(Feed(offers=2000)))) == 2000


@pytest.mark.parametrize("generation", [0, 1, 7, 100])
def test_each_generation_edits_the_asked_share(generation: int) -> None:
    feed = Feed(offers=4000, changed=0.05, generation=generation)
    later = offers(replace(feed, generation=generation + 1))
    edited = [new for old, new in zip(offers(feed), later, strict=True) if new != old]
    assert 160 <= len(edited) <= 240


def test_every_edit_moves_the_price_or_the_texts_and_the_date() -> None:
    feed = Feed(offers=300, changed=1.0)
    for generation in range(8):
        before = offers(replace(feed, generation=generation))
        after = offers(replace(feed, generation=generation + 1))
        for old, new in zip(before, after, strict=True):
            assert (old.price != new.price) != (old.texts != new.texts)
            assert new.updated_at > old.updated_at
            assert new._replace(price=0, texts=old.texts, updated_at=old.updated_at) == (
                old._replace(price=0)
            )


def test_without_changes_every_generation_is_the_same() -> None:
    assert offers(Feed(generation=0)) == offers(Feed(generation=50))


def test_churn_replaces_the_oldest_offer_by_a_new_one_now_and_then() -> None:
    feed = Feed(offers=10, churn=0.5)
    assert ids(replace(feed, generation=1)) == ids(feed)
    later = ids(replace(feed, generation=2))
    assert later[:-1] == ids(feed)[1:]
    assert later[-1] not in ids(feed)


def test_gone_leaves_out_the_oldest_offers_only() -> None:
    assert ids(Feed(offers=20, gone=3)) == ids(Feed(offers=20))[3:]


def test_no_offer_is_wrong_unless_asked() -> None:
    assert all(offer.flaw is None for offer in offers_of(Feed(offers=1000)))


def test_the_asked_share_is_wrong_in_every_way_there_is() -> None:
    flaws = [offer.flaw for offer in offers_of(Feed(offers=5000, bad=0.02)) if offer.flaw]
    assert 70 <= len(flaws) <= 130
    assert set(flaws) == set(FLAWS)


def test_an_offer_is_wrong_in_the_same_way_in_every_generation() -> None:
    feed = Feed(offers=500, bad=0.1, changed=0.5)
    flaws = [offer.flaw for offer in offers_of(feed)]
    assert [offer.flaw for offer in offers_of(replace(feed, generation=9))] == flaws


def test_offers_are_believable() -> None:
    for offer in offers_of(Feed(offers=3000)):
        assert 35.9 < offer.lat < 42.5 and -6 < offer.lon < 3.5
        assert 400 <= offer.price <= 8000 if offer.rented else 45_000 <= offer.price <= 3_000_000
        assert offer.built or offer.plot
        assert bool(offer.baths) == bool(offer.built)
        assert 8 <= offer.images <= 20
        assert len(set(offer.features)) == len(offer.features) >= 3
        assert all(text.count("  ") == 0 for text in offer.texts)
