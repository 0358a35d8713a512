"""Nothing that was acknowledged is lost, and the newest state wins: killed web and workers, a wiped
Valkey and a crashed PostgreSQL while a vendor delivers. `python -m bench.chaos_deliveries` does it
on the full size."""

from bench.chaos_deliveries import ROUND, run_chaos

DELIVERIES, OFFERS = 500, 50


def test_after_chaos_every_offer_has_its_newest_state_and_every_delivery_is_done() -> None:
    result = run_chaos(DELIVERIES, OFFERS, turns=len(ROUND), seed=7)
    assert result.counts == {
        "workers killed": 3,
        "web killed": 1,
        "Valkey wiped": 1,
        "PostgreSQL crashed": 1,
    }
    assert len(result.sent.deliveries) == DELIVERIES
    assert result.sent.refusals
    assert result.wrong == []
