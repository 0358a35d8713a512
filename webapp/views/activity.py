"""Who did what to a source, newest first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import source_or_404
from webapp.htmx import fragment, wants_fragment
from webapp.queries.activity import activity, people_at_work
from webapp.views.activity_words import KINDS
from webapp.views.arguments import choice_argument, id_argument, page_argument

bp = Blueprint("activity", __name__)


@bp.get("/sources/<int:id>/activity")
def show(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    kind, person = choice_argument("kind", KINDS), id_argument("person")
    actions = KINDS[kind][1] if kind else ()
    context = {
        "source": source,
        "entries": activity(source, actions, person, page_argument()),
        "kind": kind,
        "person": person,
    }
    if wants_fragment():
        return fragment(render_template("activity/_list.html", **context))
    kinds = [(name, str(words)) for name, (words, _actions) in KINDS.items()]
    people = people_at_work(source)
    return render_template("activity/show.html", kinds=kinds, people=people, **context)
