"""Two people, or a person and a worker, at the same source at once: nothing of either is lost, and
nobody's change is mixed into another's."""

from typing import Any

import pytest
from sqlalchemy import text

from tests import factories, set_up
from tests.people import make_user
from webapp.extensions import db
from webapp.models import Agency, Run, RunState, Source, Trigger, User
from webapp.offers.mapping_document import MappingDocument
from webapp.presets import load_preset
from webapp.services.drafts import (
    DraftMoved,
    begin_draft,
    edit_draft,
    open_draft,
    redo,
    save_draft,
    undo,
)
from webapp.services.remaps import EVERYTHING, READING, ask_for_remap, merged, start_due_remap
from webapp.services.runs import start_run
from webapp.services.value_decisions import decide_values, undecide_value

VILLAS = {"values": {"types": ["villa"]}}
MORE = {"values": {"types": ["cave", "villa"]}}


@pytest.fixture
def user(agency: Agency) -> User:
    return make_user(agency=agency)


@pytest.fixture
def source(agency: Agency) -> Source:
    source = factories.make_source(agency)
    db.session.commit()
    return source


def meanwhile(source: Source, assignments: str) -> None:
    """Somebody else, behind the back of a request that has read the source already."""
    assert source.values_version is not None
    with db.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE sources SET {assignments} WHERE id = :id"), {"id": source.id}
        )


def titled(title: str) -> MappingDocument:
    return load_preset("kyero_v3").model_copy(update={"title": title})


def test_two_decisions_at_once_make_two_versions_of_the_values(source: Source, user: User) -> None:
    meanwhile(source, "values_version = 1")
    decide_values(source, "types", {"Cave": "house"}, user)
    assert source.values_version == 2
    db.session.commit()
    meanwhile(source, "values_version = 3")
    undecide_value(source, "types", "Cave", user)
    assert source.values_version == 4


def test_what_became_due_meanwhile_is_part_of_the_remap(source: Source) -> None:
    source.remap_due = VILLAS
    db.session.commit()
    assert source.remap_due == VILLAS
    meanwhile(source, """remap_due = '{"values": {"types": ["cave", "villa"]}}'""")
    run = start_due_remap(source)
    assert run is not None
    assert run.remap == MORE


def test_a_remap_that_was_interrupted_is_not_given_more_to_do(source: Source) -> None:
    run = ask_for_remap(source, VILLAS, None)
    assert run is not None
    run.staged = 1
    db.session.flush()
    assert ask_for_remap(source, MORE, None) is None
    assert (run.remap, source.remap_due) == (VILLAS, MORE)


def test_what_is_decided_during_the_set_up_makes_nothing_due(agency: Agency, user: User) -> None:
    source = set_up.make_setup(agency, user)
    set_up.make_draft(source, user)
    decide_values(source, "types", {"Cave": "house"}, user)
    assert (source.values_version, source.remap_due) == (1, None)


def test_a_step_undone_and_made_otherwise_is_another_step(source: Source, user: User) -> None:
    begun = begin_draft(source, titled("Begun"), user, "")
    seen = edit_draft(source, begun.step, titled("As she saw it"), user, "")
    undo(source, seen.step)
    edited = edit_draft(source, begun.step, titled("Otherwise"), user, "")
    with pytest.raises(DraftMoved):
        edit_draft(source, seen.step, titled("Made of what she saw"), user, "")
    assert (edited.changes, edited.can_undo, edited.can_redo) == (1, True, False)
    undone = undo(source, edited.step)
    assert (undone.document.title, undone.can_undo, undone.can_redo) == ("Begun", False, True)
    assert redo(source, undone.step).document.title == "Otherwise"


def test_a_draft_in_the_place_of_another_begins_with_another_step(
    source: Source, user: User
) -> None:
    seen = begin_draft(source, titled("As she saw it"), user, "")
    begun = begin_draft(source, titled("Restored"), user, "")
    with pytest.raises(DraftMoved):
        edit_draft(source, seen.step, titled("Made of what she saw"), user, "")
    assert (begun.changes, begun.can_undo) == (0, False)


def saved_with_another_id(source: Source, user: User) -> Run | None:
    draft = open_draft(source, user)
    document = draft.document.model_copy(update={"id": ("ref",)})
    draft = edit_draft(source, draft.step, document, user, "another id")
    return save_draft(source, draft.step, user)[1]


def test_the_feed_is_read_again_after_the_run_that_went_on(source: Source, user: User) -> None:
    open_run = start_run(source, trigger=Trigger.SCHEDULE)
    assert saved_with_another_id(source, user) is None
    assert source.remap_due == READING
    open_run.state = RunState.FINISHED
    run = start_due_remap(source)
    assert run is not None
    assert (run.trigger, run.mapping_id) == (Trigger.MANUAL, source.mapping_id)
    assert run.remap is None
    assert start_due_remap(source) is None


def test_files_that_are_sent_in_cannot_be_read_again(source: Source, user: User) -> None:
    source.location = ""
    assert saved_with_another_id(source, user) is None
    assert source.remap_due is None


@pytest.mark.parametrize(
    ("before", "due", "both"),
    [
        (None, VILLAS, VILLAS),
        (VILLAS, MORE, MORE),
        (VILLAS, EVERYTHING, EVERYTHING),
        (EVERYTHING, READING, READING),
        (READING, VILLAS, READING),
    ],
)
def test_the_larger_of_two_things_that_are_due_does_for_both(
    before: dict[str, Any] | None, due: dict[str, Any], both: dict[str, Any]
) -> None:
    assert merged(before, due) == both
