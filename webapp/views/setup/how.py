"""When a new source is read, and what its files mean for the offers."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import editors_only, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.services.drafts import document_of
from webapp.services.semantics import decide_semantics
from webapp.services.source_setup import decide_how
from webapp.views.forms.schedules import preview, sent_schedule
from webapp.views.forms.setup import HowForm, how_values
from webapp.views.setup.blueprint import bp, source_in_setup


@bp.route("/sources/<int:id>/setup/how", methods=["GET", "POST"])
@editors_only
def how(id: int) -> ResponseReturnValue:
    source = source_in_setup(id)
    form = HowForm(data=how_values(source))
    form.offer_timezones()
    if (schedule := sent_schedule(form)) is not None:
        decide_semantics(source, form.semantics.data, signed_in())
        decide_how(
            source,
            schedule,
            absent_runs=int(form.absent_runs.data or 0),
            hold_share=form.hold_share(),
            max_bytes=form.max_bytes(),
        )
        db.session.commit()
        return go_to(url_for("setup.dry_run", id=id))
    times = {} if form.errors else preview(form)
    page = render_template(
        "setup/how.html", form=form, source=source, preview=times, document=document_of(source)
    )
    return page, 422 if form.errors else 200
