"""The words of the stored records are counted for the values page."""

from kyero_by_hand import FeedFile, record
from pipeline_steps import jobs_of, make_source, run_to_end, start, work_offers
from refusals import refuse
from sqlalchemy import select

from jobs import tasks
from jobs.word_counts import MOST_WORDS
from webapp.extensions import db
from webapp.models import CountedValue, Source


def typed(external_id: str, type: str) -> str:
    return record(external_id).replace("Villa", type)


def counted(source: int) -> dict[str, CountedValue]:
    """The counted types, by word."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(
        select(CountedValue).where(
            CountedValue.source_id == source, CountedValue.value_table == "types"
        )
    )
    return {row.word: row for row in rows}


def test_words_are_counted_with_a_few_examples(file: FeedFile) -> None:
    source = make_source()
    written = [typed(f"H{number}", "Villa") for number in range(1, 9)] + [typed("T1", "Treehouse")]
    run_to_end(source, file.write(written))
    tasks.count_values(source)
    found = counted(source)
    assert set(found) == {"villa", "treehouse"}
    villa = found["villa"]
    assert (villa.raw, villa.records, villa.examples) == (
        "Villa",
        8,
        ["H1", "H2", "H3", "H4", "H5"],
    )
    assert (found["treehouse"].records, found["treehouse"].examples) == (1, ["T1"])
    assert db.session.get_one(Source, source).values_counted_at is not None


def test_refused_records_count_as_well(file: FeedFile) -> None:
    source = make_source()
    run_id = start(source, file.write([typed("H1", "Villa"), typed("B1", "Treehouse")]))
    tasks.import_run(run_id)
    refuse(jobs_of(run_id)[1].id)
    work_offers()
    tasks.count_values(source)
    assert counted(source)["treehouse"].examples == ["B1"]


def test_counting_again_keeps_since_when_a_word_is_known(file: FeedFile) -> None:
    source = make_source()
    run_to_end(source, file.write([typed("H1", "Villa"), typed("H2", "Treehouse")]))
    tasks.count_values(source)
    before = counted(source)["villa"].first_seen_at
    run_to_end(source, file.write([typed("H1", "Villa"), typed("H2", "Cave")]))
    tasks.count_values(source)
    found = counted(source)
    assert set(found) == {"villa", "cave"}
    assert found["villa"].first_seen_at == before < found["cave"].first_seen_at


def test_a_feed_of_nothing_but_different_words_is_counted_in_bounds(file: FeedFile) -> None:
    source = make_source()
    count = MOST_WORDS + 10
    run_to_end(source, file.write([typed(f"H{one}", f"Type {one}") for one in range(count)]))
    tasks.count_values(source)
    assert len(counted(source)) == MOST_WORDS
