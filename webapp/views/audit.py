"""The audit log: what everybody did to sources, to notifications and to Offerdock itself."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import signed_in, visible_agencies
from webapp.htmx import fragment, wants_fragment
from webapp.queries.audit import AuditFilters, audit_page, people_in_log
from webapp.views.activity_words import KINDS, OPERATIONS
from webapp.views.arguments import choice_argument, day_argument, id_argument, text_argument

bp = Blueprint("audit", __name__)


@bp.get("/audit")
def index() -> ResponseReturnValue:
    # What is done to Offerdock itself belongs to no agency: only admins see it.
    kinds = {**KINDS, "operations": OPERATIONS} if signed_in().is_admin else KINDS
    kind = choice_argument("kind", kinds)
    filters = AuditFilters(
        agency_id=id_argument("agency"),
        source=text_argument("source"),
        person_id=id_argument("person"),
        actions=kinds[kind][1] if kind else (),
        first_day=day_argument("from"),
        last_day=day_argument("to"),
    )
    context = {
        "page": audit_page(filters, id_argument("before"), id_argument("after")),
        "filters": filters,
        "is_filtered": filters != AuditFilters(),
    }
    if wants_fragment():
        return fragment(render_template("audit/_list.html", **context))
    return render_template(
        "audit/index.html",
        kind=kind,
        kinds=[(name, str(words)) for name, (words, _actions) in kinds.items()],
        people=people_in_log(),
        agencies=visible_agencies(),
        **context,
    )
