"""First and second readings of a feed: only what changed is staged, and the counters add up."""

from kyero_by_hand import FeedFile, record, records
from pipeline_steps import (
    counters,
    history,
    jobs_of,
    lifecycles,
    make_source,
    next_mapping,
    offer,
    problems,
    run_to_end,
)

from demo.offers import Feed, Flaw, offers_of
from webapp.models import Run, RunState, Verdict


def adds_up(run: Run) -> bool:
    """Every record is unchanged, staged, refused at the reading, or rejected as before."""
    jobs = jobs_of(run.id)
    unchanged_jobs = sum(job.outcome == "unchanged" for job in jobs)
    rejected_jobs = sum(job.state == "rejected" for job in jobs)
    at_the_reading = (run.unchanged - unchanged_jobs) + (run.rejected - rejected_jobs)
    return run.read == at_the_reading + run.staged and run.settled == run.staged == len(jobs)


def test_the_first_reading_creates_every_offer(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=133")
    run = run_to_end(source)
    assert (run.state, run.verdict) == (RunState.FINISHED, Verdict.VALID)
    assert counters(run) == {"read": 133, "staged": 133, "settled": 133, "created": 133}
    assert set(lifecycles(source).values()) == {"live"} and len(lifecycles(source)) == 133
    assert [step["name"] for step in run.steps] == ["fetch", "read", "apply", "finish"]


def test_an_unmodified_feed_is_not_even_parsed(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=133")
    run_to_end(source)
    run = run_to_end(source)
    assert (run.state, run.verdict, run.http_status) == ("finished", "unchanged", 304)
    assert counters(run) == {"read": 133, "unchanged": 133}
    assert [step["name"] for step in run.steps] == ["fetch"]
    assert jobs_of(run.id) == []


def test_the_same_bytes_without_validators_are_not_parsed_either(file: FeedFile) -> None:
    source = make_source()
    path = file.write(records(4))
    run_to_end(source, path)
    run = run_to_end(source, path)
    assert (run.verdict, counters(run)) == ("unchanged", {"read": 4, "unchanged": 4})
    assert [step["name"] for step in run.steps] == ["fetch"]


def test_only_the_changed_percent_is_staged(vendor: str) -> None:
    source = make_source(f"{vendor}/kyero/first-light.xml?offers=400&changed=0.01&bad=0.02")
    before, after = (
        set(offers_of(Feed(agency="first-light", offers=400, changed=0.01, bad=0.02, generation=n)))
        for n in (0, 1)
    )
    changed = {one.external_id for one in after - before if one.flaw != Flaw.MISSING_ID}
    first = run_to_end(source)
    run = run_to_end(source)
    assert {job.external_id for job in jobs_of(run.id)} == changed != set()
    assert run.read == first.read == 400 and run.updated == len(changed)
    assert adds_up(first) and adds_up(run)


def test_a_change_is_kept_field_by_field(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write([record("H1", price=250_000), record("H2")]))
    run_to_end(source, file.write([record("H1", price=240_000, town="Calpe"), record("H2")]))
    kinds = history(source, "H1")
    assert [kind for kind, _ in kinds] == ["created", "updated"]
    changes = kinds[1][1]
    assert changes["location.city"] == ["Altea", "Calpe"]
    before, after = changes["deals.sale once"]
    assert (before["amount"], after["amount"]) == (250_000, 240_000)
    assert set(changes) == {"location.city", "deals.sale once"}
    assert [kind for kind, _ in history(source, "H2")] == ["created"]


def test_a_record_that_changes_nothing_of_the_offer_leaves_no_revision(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write([record("H1")]))
    before = offer(source, "H1").changed_at
    run = run_to_end(source, file.write([record("H1", more="<internal_note>7</internal_note>")]))
    assert counters(run) == {"read": 1, "staged": 1, "settled": 1, "unchanged": 1}
    assert offer(source, "H1").changed_at == before
    assert [kind for kind, _ in history(source, "H1")] == ["created"]


def test_the_problems_of_a_record_replace_those_of_the_one_before(file: FeedFile) -> None:
    source = make_source()
    unclear = "<new_build>perhaps</new_build>"
    run_to_end(source, file.write([record("H1", price="POA"), record("H2", more=unclear)]))
    assert {(one.external_id, one.code) for one in problems(source)} == {("H2", "bad_boolean")}
    assert offer(source, "H2").sync_status == "warning"
    run_to_end(source, file.write([record("H1"), record("H2", price=0)]))
    assert {(one.external_id, one.code) for one in problems(source)} == {("H2", "missing_price")}
    run_to_end(source, file.write([record("H1"), record("H2")]))
    assert problems(source) == []
    assert offer(source, "H2").sync_status == "ok"


def test_another_mapping_brings_every_record_again(file: FeedFile) -> None:
    source = make_source()
    path = file.write(records(5))
    run_to_end(source, path)
    next_mapping(source, **{"location.city": {"path": "province"}})
    run = run_to_end(source, path)
    assert counters(run) == {"read": 5, "staged": 5, "settled": 5, "updated": 5}
    assert history(source, "H3")[1] == ("updated", {"location.city": ["Altea", "Alicante"]})
    assert run_to_end(source, path).verdict == "unchanged"
