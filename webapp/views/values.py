"""The values page: what a vendor's words for types, deals, places … mean; deciding about them."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from webapp.access import editors_only, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import STOP_POLLING, fragment, go_to, wants_fragment
from webapp.models import Source, SourceStatus
from webapp.offers.enumerations import Enumeration, enumerations
from webapp.offers.mapping_document import MappingDocument
from webapp.offers.suggested_codes import known_codes
from webapp.queries import values as queries
from webapp.queries.paging import LIST_SIZE
from webapp.services.drafts import document_of
from webapp.services.value_counts import are_counts_old, ask_for_counts
from webapp.services.value_decisions import LONGEST_WORD, decide_values, undecide_value
from webapp.views.arguments import choice_argument, page_argument, text_argument
from webapp.views.value_words import NotUnderstood, answered_code, code_word, table_titles

bp = Blueprint("values", __name__)

SORTS = ("word", "-word", "records", "-records")
Meanings = dict[str, dict[str, str | None]]
"""Of each table: the words and what they mean from now on."""


@bp.get("/sources/<int:id>/values")
def show(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    is_counting = are_counts_old(source)
    if is_counting and not wants_fragment():
        ask_for_counts(source)
        db.session.commit()
    return _page(source, is_counting=is_counting)


@bp.get("/sources/<int:id>/values/counted")
def counted(id: int) -> ResponseReturnValue:
    """Asked for again and again while words are counted."""
    source = source_or_404(id)
    if not wants_fragment():
        return go_to(url_for("values.show", id=id))
    is_counting = are_counts_old(source)
    html = render_template(
        "values/_counted.html", source=source, is_counting=is_counting, is_news=True
    )
    return fragment(html, status=200 if is_counting else STOP_POLLING)


@bp.get("/sources/<int:id>/values/word")
def word(id: int) -> ResponseReturnValue:
    """To the word that a problem is about."""
    source = source_or_404(id)
    document = document_of(source)
    field, raw = text_argument("field"), text_argument("raw")
    found = queries.word_of_problem(document, field, raw) if document else None
    table, search = found or ("", raw)
    return go_to(url_for("values.show", id=id, table=table or None, search=search))


@bp.post("/sources/<int:id>/values")
@editors_only
def save(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    document = document_of(source)
    if document is None:
        return go_to(url_for("values.show", id=id))
    if "undo" in request.form:
        return _undo(source, request.form["undo"])
    answers = _answers(document)
    meanings, errors = _meanings(source, document, answers)
    if errors:
        typed = {(listed.table, raw): answer for listed, raw, answer in answers}
        return _page(source, errors=errors, typed=typed), 422
    words = sum(map(len, meanings.values()))
    offers = sum(queries.records_with(source, table, said) for table, said in meanings.items())
    is_waiting = False
    for table, said in meanings.items():
        is_waiting = decide_values(source, table, said, signed_in()) is None
    db.session.commit()
    _say_saved(source, words, offers, is_waiting=is_waiting)
    return go_to(request.full_path)


def _undo(source: Source, sent: str) -> ResponseReturnValue:
    table, raw = _named(sent)
    undecide_value(source, table, raw, signed_in())
    db.session.commit()
    flash(_("“%(word)s” means again what the mapping says.", word=raw), "success")
    return go_to(request.full_path)


def _page(
    source: Source,
    *,
    is_counting: bool = False,
    errors: dict[tuple[str, str], str] | None = None,
    typed: dict[tuple[str, str], str] | None = None,
) -> str | Response:
    document = document_of(source)
    filters = queries.ValueFilters(
        table=text_argument("table"),
        which=choice_argument("filter", list(queries.Which)),
        search=text_argument("search"),
        sort=choice_argument("sort", SORTS),
    )
    page = queries.values_page(source, document, filters, page_argument()) if document else None
    shown = {row.enumeration.table: row.enumeration for row in page.rows} if page else {}
    context = {
        "source": source,
        "page": page,
        "titles": table_titles(enumerations(document)) if document else {},
        "filters": filters,
        "size": LIST_SIZE,
        "is_counting": is_counting,
        "errors": errors or {},
        "typed": typed or {},
        "offered": {
            table: [(code, code_word(listed, code)) for code in known_codes(listed)]
            for table, listed in shown.items()
        },
    }
    if wants_fragment():
        return fragment(render_template("values/_list.html", **context))
    return render_template("values/show.html", **context)


def _answers(document: MappingDocument) -> list[tuple[Enumeration, str, str]]:
    """What the form says of each word; words that were left alone are not among them."""
    tables = {listed.table: listed for listed in enumerations(document)}
    found = []
    for number in range(LIST_SIZE):
        table, raw = _named(request.form.get(f"word-{number}", ""))
        answer = request.form.get(f"meaning-{number}", "").replace("\0", "").strip()
        if 0 < len(raw) <= LONGEST_WORD and answer and table in tables:
            found.append((tables[table], raw, answer))
    return found


def _named(sent: str) -> tuple[str, str]:
    """A table and a word, as a row of the form names them."""
    table, _between, raw = sent.replace("\0", "").partition("\t")
    return table, " ".join(raw.split())


def _meanings(
    source: Source, document: MappingDocument, answers: list[tuple[Enumeration, str, str]]
) -> tuple[Meanings, dict[tuple[str, str], str]]:
    """The answers that change something, and what is wrong with others."""
    found: Meanings = {}
    errors: dict[tuple[str, str], str] = {}
    now = queries.meanings_of(source, document)
    for listed, raw, answer in answers:
        meaning = now(listed.table, raw)
        if answer == meaning.code:
            continue
        try:
            code = answered_code(listed, answer)
        except NotUnderstood as error:
            errors[listed.table, raw] = str(error)
            continue
        if meaning.origin == "unknown" or meaning.code != code:
            found.setdefault(listed.table, {})[raw] = code
    return found, errors


def _say_saved(source: Source, words: int, offers: int, *, is_waiting: bool) -> None:
    if not words:
        flash(_("Nothing was changed."), "info")
        return
    saved = ngettext("%(num)d word is saved.", "%(num)d words are saved.", words)
    if source.status == SourceStatus.SETUP:
        flash(saved, "success")
        return
    again = ngettext("%(num)d offer is mapped again", "%(num)d offers are mapped again", offers)
    when = _("as soon as the run that goes on is over") if is_waiting else _("in the background")
    flash(f"{saved} {again} {when}.", "success")
