"""Rules: who is told what, about which source, at which times."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import editors_only, rule_or_404, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.queries import notifications as queries
from webapp.services import notifications as service
from webapp.views.arguments import text_argument
from webapp.views.forms.notifications import RuleForm, fields_of_rule
from webapp.views.notifications.blueprint import bp


@bp.route("/notifications/rules/new", methods=["GET", "POST"])
@editors_only
def new_rule() -> ResponseReturnValue:
    channels = queries.channels()
    if not channels:
        flash(_("First say where messages go."), "info")
        return redirect(url_for("notifications.new_channel"), 303)
    form = RuleForm(
        channels=[str(channels[0].id)] if len(channels) == 1 else [],
        source=text_argument("source"),
    )
    form.offer(channels, queries.sources_to_choose())
    if form.validate_on_submit():
        chosen = form.chosen_channels()
        service.add_rule(
            chosen[0].agency, form.chosen_source(), form.settings(), chosen, signed_in()
        )
        db.session.commit()
        flash(_("The rule is in force."), "success")
        return go_to(url_for("notifications.index"))
    page = render_template("notifications/rule.html", form=form, rule=None)
    return page, 422 if form.errors else 200


@bp.route("/notifications/rules/<int:id>", methods=["GET", "POST"])
@editors_only
def rule(id: int) -> ResponseReturnValue:
    """Whom it is of and which source it is about stays."""
    found = rule_or_404(id)
    form = RuleForm(data=fields_of_rule(found))
    del form.source
    form.offer(queries.channels_beside(found), [])
    if form.validate_on_submit():
        service.change_rule(found, form.settings(), form.chosen_channels(), signed_in())
        db.session.commit()
        flash(_("The rule is changed."), "success")
        return go_to(url_for("notifications.index"))
    page = render_template("notifications/rule.html", form=form, rule=found)
    return page, 422 if form.errors else 200


@bp.route("/notifications/rules/<int:id>/delete", methods=["GET", "POST"])
@editors_only
def delete_rule(id: int) -> ResponseReturnValue:
    found = rule_or_404(id)
    if request.method == "GET":
        return render_template("notifications/delete_rule.html", rule=found)
    service.delete_rule(found, signed_in())
    db.session.commit()
    flash(_("The rule is deleted."), "success")
    return go_to(url_for("notifications.index"))
