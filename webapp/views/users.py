"""Admins' pages of people and agencies: list, invite, change, deactivate."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.access import admins_only, signed_in, visible_agencies
from webapp.extensions import db
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.models import LARGEST_ID, Role, User
from webapp.queries import accounts as queries
from webapp.services import accounts
from webapp.services.accounts import AccountRefused
from webapp.services.invitations import DAYS_VALID, invitation_token
from webapp.views.arguments import id_argument, page_argument, text_argument
from webapp.views.forms.accounts import AgencyForm, InviteForm, RoleForm, show_refusal

bp = Blueprint("users", __name__)

ROLE_WORDS = {Role.ADMIN: _l("Admin"), Role.AGENT: _l("Agent"), Role.VIEWER: _l("Viewer")}


@bp.get("/users")
@admins_only
def index() -> ResponseReturnValue:
    agency_id = id_argument("agency")
    page = queries.people(text_argument("search"), agency_id, page_argument())
    if wants_fragment():
        return fragment(render_template("users/_people.html", page=page, role_words=ROLE_WORDS))
    return render_template(
        "users/index.html",
        page=page,
        role_words=ROLE_WORDS,
        agency_id=agency_id,
        agency_options=[(agency.id, agency.name) for agency in visible_agencies()],
    )


@bp.route("/users/invite", methods=["GET", "POST"])
@admins_only
def invite() -> ResponseReturnValue:
    agencies = visible_agencies()
    form = InviteForm()
    form.offer_agencies(agencies)
    if request.method == "GET":
        return render_template("users/invite.html", form=form)
    if form.validate_on_submit():
        try:
            user = accounts.add_user(
                form.email.data, form.name.data, Role(form.role.data), form.chosen_agency(agencies)
            )
        except AccountRefused as refusal:
            show_refusal(form, refusal)
        else:
            db.session.commit()
            return go_to(url_for("users.link", id=user.id))
    return render_template("users/invite.html", form=form), 422


@bp.get("/users/<int:id>/link")
@admins_only
def link(id: int) -> ResponseReturnValue:
    """The link by which the person sets a password; each look makes a new one, for 7 days."""
    user = _user_or_404(id)
    if not user.is_active:
        abort(404)
    address = url_for("auth.accept_invitation", token=invitation_token(user), _external=True)
    page = render_template("users/link.html", user=user, address=address, days=DAYS_VALID)
    return page, 200, {"Cache-Control": "no-store"}


@bp.route("/users/<int:id>", methods=["GET", "POST"])
@admins_only
def edit(id: int) -> ResponseReturnValue:
    user = _user_or_404(id)
    agencies = visible_agencies()
    form = RoleForm(role=user.role, agency=str(user.agency_id or ""))
    form.offer_agencies(agencies)
    if request.method == "GET":
        return render_template("users/edit.html", form=form, user=user)
    if form.validate_on_submit():
        try:
            accounts.change_role(user, Role(form.role.data), form.chosen_agency(agencies))
        except AccountRefused as refusal:
            show_refusal(form, refusal)
        else:
            db.session.commit()
            flash(_("%(name)s is changed.", name=user.name), "success")
            return go_to(url_for("users.index"))
    return render_template("users/edit.html", form=form, user=user), 422


@bp.route("/users/<int:id>/deactivate", methods=["GET", "POST"])
@admins_only
def deactivate(id: int) -> ResponseReturnValue:
    user = _user_or_404(id)
    if request.method == "GET":
        return render_template("users/deactivate.html", user=user)
    if user.id == signed_in().id:
        flash(_("You can’t deactivate yourself. Ask another admin."), "error")
        return redirect(url_for("users.edit", id=id), 303)
    try:
        accounts.deactivate(user)
    except AccountRefused as refusal:
        flash(str(refusal), "error")
    else:
        db.session.commit()
        flash(_("%(name)s can no longer log in.", name=user.name), "success")
    return go_to(url_for("users.edit", id=id))


@bp.post("/users/<int:id>/reactivate")
@admins_only
def reactivate(id: int) -> ResponseReturnValue:
    user = _user_or_404(id)
    accounts.reactivate(user)
    db.session.commit()
    flash(_("%(name)s can log in again.", name=user.name), "success")
    return go_to(url_for("users.edit", id=id))


@bp.route("/agencies", methods=["GET", "POST"])
@admins_only
def agencies() -> ResponseReturnValue:
    form = AgencyForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate_on_submit():
            try:
                agency = accounts.create_agency(form.name.data)
            except AccountRefused as refusal:
                show_refusal(form, refusal)
            else:
                db.session.commit()
                flash(_("%(name)s is here.", name=agency.name), "success")
                return go_to(url_for("users.agencies"))
    return render_template("users/agencies.html", form=form, rows=queries.agencies()), status


def _user_or_404(id: int) -> User:
    user = db.session.get(User, id) if id <= LARGEST_ID else None
    if user is None:
        abort(404)
    return user
