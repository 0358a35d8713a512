"""A word is explained on the values page: the offers that have it are mapped again, no others."""

from kyero_by_hand import FeedFile, record
from pipeline_steps import (
    counters,
    history,
    make_source,
    offer,
    problems,
    run_of,
    run_to_end,
    work_offers,
)

from jobs import tasks
from tests.people import make_user
from webapp.extensions import db
from webapp.models import Run, Source, User
from webapp.queries.values import ValueFilters, values_page
from webapp.services.drafts import document_of
from webapp.services.value_decisions import decide_values, undecide_value


def typed(external_id: str, type: str) -> str:
    return record(external_id).replace("Villa", type)


def work_through(run: Run | None) -> Run:
    assert run is not None
    db.session.commit()
    run_id = run.id
    tasks.import_run(run_id)
    work_offers()
    tasks.finish_run(run_id)
    return run_of(run_id)


def unknown_words(source_id: int) -> list[str]:
    db.session.rollback()
    source = db.session.get_one(Source, source_id)
    document = document_of(source)
    assert document is not None
    page = values_page(source, document, ValueFilters(which="unknown"), 1)
    return [row.raw for row in page.rows]


def test_only_the_offers_with_the_word_are_mapped_again_and_an_undo_brings_them_back(
    file: FeedFile,
) -> None:
    source_id = make_source()
    feed = [typed("P1", "Palloza"), typed("P2", "palloza"), typed("V1", "Villa")]
    run_to_end(source_id, file.write(feed))
    assert unknown_words(source_id) == ["Palloza"], "of the problems, before words are counted"
    tasks.count_values(source_id)
    assert unknown_words(source_id) == ["Palloza"]
    user_id = make_user().id
    source, user = db.session.get_one(Source, source_id), db.session.get_one(User, user_id)

    decided = work_through(decide_values(source, "types", {"Palloza": "house"}, user))
    assert counters(decided)["staged"] == counters(decided)["updated"] == 2
    assert [offer(source_id, id).type for id in ("P1", "P2", "V1")] == ["house", "house", "villa"]
    assert [found for found in problems(source_id) if found.code == "unknown_value"] == []
    assert unknown_words(source_id) == []
    assert len(history(source_id, "V1")) == 1

    source, user = db.session.get_one(Source, source_id), db.session.get_one(User, user_id)
    undone = work_through(undecide_value(source, "types", "PALLOZA", user))
    assert counters(undone)["staged"] == 2
    assert offer(source_id, "P1").type != "house"
    assert unknown_words(source_id) == ["Palloza"]


def test_a_word_that_means_nothing_is_no_problem_any_more(file: FeedFile) -> None:
    source_id = make_source()
    run_to_end(source_id, file.write([typed("P1", "Palloza"), typed("V1", "Villa")]))
    source = db.session.get_one(Source, source_id)
    work_through(decide_values(source, "types", {"Palloza": None}, make_user()))
    assert [found.field for found in problems(source_id) if found.code == "unknown_value"] == []
    assert unknown_words(source_id) == []


def test_a_decision_holds_for_offers_of_later_runs(file: FeedFile) -> None:
    source_id = make_source()
    run_to_end(source_id, file.write([typed("V1", "Villa")]))
    source = db.session.get_one(Source, source_id)
    work_through(decide_values(source, "types", {"Palloza": "house"}, make_user()))
    run_to_end(source_id, file.write([typed("V1", "Villa"), typed("P1", "Palloza")]))
    assert offer(source_id, "P1").type == "house"
