"""What a person does about an issue: apply its records again, resolve, ignore, assign, comment."""

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import editors_only, issue_or_404, signed_in
from webapp.extensions import db
from webapp.htmx import go_to
from webapp.models import Issue, User
from webapp.queries import issues as queries
from webapp.services import issues as service
from webapp.services.retries import RetryAlreadyOpen
from webapp.views.forms.issues import CommentForm, IgnoreForm
from webapp.views.issues.blueprint import bp
from webapp.views.issues.pages import issue_page


@bp.route("/issues/<int:id>/apply-again", methods=["GET", "POST"])
@editors_only
def apply_again(id: int) -> ResponseReturnValue:
    issue = issue_or_404(id)
    count = queries.affected_records(issue)
    if request.method == "GET":
        return render_template("issues/apply_again.html", issue=issue, count=count)
    if not count:
        flash(_("No record has this problem any more."), "info")
        return go_to(url_for("issues.show", id=id))
    try:
        run = service.apply_again(issue, signed_in())
    except RetryAlreadyOpen as already:
        open_id = already.retry.id
        db.session.rollback()
        words = _("Offers of this agency are being sent again. Apply these once that is over.")
        flash(words, "info")
        return go_to(url_for("retries.show", id=open_id))
    db.session.commit()
    if run is None:
        flash(_("They are applied again as soon as the run that goes on is over."), "success")
        return go_to(url_for("issues.show", id=id))
    words = ngettext(
        "%(num)d record is applied again by this run.",
        "%(num)d records are applied again by this run.",
        count,
    )
    flash(words, "success")
    return go_to(url_for("runs.show", id=run.id))


@bp.post("/issues/<int:id>/resolve")
@editors_only
def resolve(id: int) -> ResponseReturnValue:
    service.resolve_issue(issue_or_404(id), signed_in())
    db.session.commit()
    flash(_("Marked as resolved. Should it come back, it is shown as such."), "success")
    return go_to(url_for("issues.show", id=id))


@bp.post("/issues/<int:id>/reopen")
@editors_only
def reopen(id: int) -> ResponseReturnValue:
    service.reopen_issue(issue_or_404(id), signed_in())
    db.session.commit()
    flash(_("The issue is open again."), "success")
    return go_to(url_for("issues.show", id=id))


@bp.post("/issues/<int:id>/ignore")
@editors_only
def ignore(id: int) -> ResponseReturnValue:
    issue, form = issue_or_404(id), IgnoreForm()
    if not form.validate_on_submit():
        return issue_page(id, ignore=form), 422
    service.ignore_issue(issue, form.ignoring(), signed_in())
    db.session.commit()
    flash(_("The issue is ignored."), "success")
    return go_to(url_for("issues.show", id=id))


@bp.post("/issues/<int:id>/assign")
@editors_only
def assign(id: int) -> ResponseReturnValue:
    issue = issue_or_404(id)
    person = _chosen_person(issue, request.form.get("person", ""))
    service.assign_issue(issue, person, signed_in())
    db.session.commit()
    name = person.name if person else _("Nobody")
    flash(_("%(name)s looks after it.", name=name), "success")
    return go_to(url_for("issues.show", id=id))


@bp.post("/issues/<int:id>/comment")
@editors_only
def comment(id: int) -> ResponseReturnValue:
    issue, form = issue_or_404(id), CommentForm()
    if not form.validate_on_submit():
        return issue_page(id, comment=form), 422
    service.comment_on_issue(issue, form.text.data, signed_in())
    db.session.commit()
    return go_to(url_for("issues.show", id=id, _anchor="comments-title"))


def _chosen_person(issue: Issue, sent: str) -> User | None:
    """:raise 400: somebody who may not change the source"""
    if not sent:
        return None
    allowed = {str(id) for id, _name in queries.possible_assignees(issue)}
    if sent not in allowed:
        abort(400)
    return db.session.get(User, int(sent))
