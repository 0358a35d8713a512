"""Nothing is lost, nothing is done twice: killed workers, a wiped Valkey and a crashed PostgreSQL
leave exactly what undisturbed imports leave. `python -m bench.chaos` does it on the full size."""

from bench.chaos import run_chaos

OFFERS, KILLS = 1_500, 6


def test_after_chaos_the_database_is_what_it_is_without() -> None:
    result = run_chaos(OFFERS, KILLS, seed=7)
    assert result.counts == {"workers killed": KILLS, "Valkey wiped": 2, "PostgreSQL crashed": 1}
    assert result.rows["offers"] == OFFERS
    assert result.rows["revisions"] > OFFERS * 1.2
    assert result.differences == {}
