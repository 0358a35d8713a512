"""All that the studio shows for one record and, where one is open, one editor; whole as a page, or
in parts for htmx."""

from functools import cached_property, partial
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import signed_in
from webapp.extensions import db
from webapp.htmx import fragment, wants_fragment
from webapp.models import MappingDraft, Source, SourceStatus
from webapp.offers.mapping_document import as_data
from webapp.offers.mapping_preview import Preview, preview_of
from webapp.offers.required_fields import unfilled_fields
from webapp.queries.samples import Sample, sample_of
from webapp.services.value_decisions import value_tables
from webapp.views.mapping.editor import Editor
from webapp.views.mapping.offer_fields import OfferFields
from webapp.views.mapping.record_fields import record_fields
from webapp.views.mapping.state import StudioState, studio_state
from webapp.views.mapping.transform_words import NAMES, QUESTIONS, transform_choices
from webapp.views.mapping.working import Working, draft_steps, working_mapping
from webapp.views.offer_facts import offer_facts
from webapp.views.record_tree import record_tree

Context = dict[str, Any]


class Studio:
    """One request's view of a source's mapping."""

    def __init__(self, source: Source, sample: Sample | None = None) -> None:
        if source.mapping is None and db.session.get(MappingDraft, source.id) is None:
            abort(redirect(_where_a_mapping_is_made(source), 303))
        self.source = source
        self.state: StudioState = studio_state()
        self.can_edit = signed_in().can_edit
        self._sample = sample

    @cached_property
    def working(self) -> Working:
        return working_mapping(self.source)

    @cached_property
    def sample(self) -> Sample | None:
        return self._sample or sample_of(self.source)

    @cached_property
    def tables(self) -> dict[str, dict[str, str | None]]:
        return value_tables(self.source.id)

    def again(self) -> "Studio":
        """After a change: what a worker left to look at is the same as before."""
        return Studio(self.source, self.__dict__.get("sample"))

    @property
    def records(self) -> list[dict[str, Any]]:
        return self.sample.records if self.sample else []

    @property
    def number(self) -> int:
        """Of the chosen record, counted from 1; 0 without a sample."""
        return min(self.state.record, len(self.records))

    @property
    def record(self) -> dict[str, Any] | None:
        return self.records[self.number - 1] if self.number else None

    def context(self, editor: Editor | None = None) -> Context:
        document, record = self.working.document, self.record
        preview: Preview | None = None
        if record is not None:
            preview = preview_of(as_data(document), self.tables).of(record)
        fields = OfferFields(document, preview)
        steps = draft_steps(self.source) if self.working.draft else []
        return {
            "source": self.source,
            "studio": self,
            "state": self.state,
            "document": document,
            "working": self.working,
            "at_step": self.working.step,
            "base": self.source.mapping_id or 0,
            "can_edit": self.can_edit,
            "in_setup": self.source.status == SourceStatus.SETUP,
            "record": record,
            "record_number": self.number,
            "preview": preview,
            "facts": offer_facts(preview.offer) if preview and preview.offer else [],
            "tree": record_tree(record, []) if record else [],
            "left": record_fields(self.sample, record or {}, document, self.state),
            "fields": fields,
            "proposed": sum(field.is_proposed for field in fields.every()),
            "missing": len(unfilled_fields(document)),
            "steps": steps,
            "editor": editor,
            "opens": False,
            "questions": list(QUESTIONS.items()),
            "transform_names": NAMES,
            "transform_choices": transform_choices(),
            "go": partial(self.address, editor.address if editor else None),
            "address": self.address(editor.address if editor else None),
        }

    def address(self, editor: str | None = None, **changes: Any) -> str:
        args = self.state.args(**changes)
        if editor is None:
            return url_for("mapping.show", id=self.source.id, **args)
        return url_for("mapping.edit", id=self.source.id, address=editor, **args)


def studio_page(
    studio: Studio, editor: Editor | None = None, *, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """For htmx every part of the page, swapped in where it stands."""
    context = {"note": None, **studio.context(editor), **more}
    if not wants_fragment():
        return render_template("mapping/show.html", **context), status
    html = render_template("mapping/_parts.html", **context)
    announce = more.get("announce")
    return fragment(html, status=status, push_url=context["address"], announce=announce)


def _where_a_mapping_is_made(source: Source) -> str:
    in_setup = source.status == SourceStatus.SETUP
    return url_for("setup.go_on" if in_setup else "sources.show", id=source.id)
