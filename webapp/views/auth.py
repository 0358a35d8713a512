"""Logging in and out, changing the password, and accepting an invitation."""

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from webapp.access import public, signed_in
from webapp.extensions import db
from webapp.htmx import go_to, wants_fragment
from webapp.models import User, utc_now
from webapp.services.accounts import authenticate, set_password
from webapp.services.invitations import LinkRefused, invited_user
from webapp.services.login_limits import WINDOW_SECONDS, count_attempt, forget_attempts
from webapp.services.passwords import verify_password
from webapp.views.forms.accounts import ChangePasswordForm, LoginForm, NewPasswordForm
from webapp.views.redirects import is_own_path, next_page

bp = Blueprint("auth", __name__)


@bp.route("/login", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(next_page(), 303)
    form = LoginForm()
    if request.method == "GET":
        return render_template("auth/login.html", form=form)
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form), 422
    email, address = form.email.data, request.remote_addr or ""
    if not count_attempt(email, address):
        form.form_errors.append(
            _("Too many attempts. Wait %(minutes)d minutes, then try again.", minutes=15)
        )
        page = render_template("auth/login.html", form=form)
        return page, 429, {"Retry-After": str(WINDOW_SECONDS)}
    user = authenticate(email, form.password.data)
    if user is None:
        form.form_errors.append(_("Email and password don’t match an active account."))
        return render_template("auth/login.html", form=form), 422
    db.session.commit()
    forget_attempts(email, address)
    _start_session(user)
    return redirect(next_page(), 303)


@bp.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    flash(_("You are logged out."), "success")
    return go_to(url_for("auth.log_in"))


@bp.route("/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    user = signed_in()
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("auth/change_password.html", form=form)
    if form.is_good_for(user):
        matches, _fresh = verify_password(form.current.data, user.password_hash)
        if matches:
            set_password(user, form.password.data)
            db.session.commit()
            _start_session(user)
            flash(_("Your password is changed. Other browsers were logged out."), "success")
            return go_to(url_for("overview.index"))
        form.current.errors = [_("That is not the password you have now.")]
    return render_template("auth/change_password.html", form=form), 422


@bp.route("/invitation", methods=["GET", "POST"])
@public
def accept_invitation() -> ResponseReturnValue:
    try:
        # Not in the path: logs keep the paths, and leave out what follows the question mark.
        user = invited_user(request.args.get("token", ""))
    except LinkRefused:
        return render_template("auth/invitation_refused.html"), 410
    form = NewPasswordForm()
    if request.method == "GET":
        return render_template("auth/invitation.html", form=form, person=user)
    if not form.is_good_for(user):
        return render_template("auth/invitation.html", form=form, person=user), 422
    set_password(user, form.password.data)
    user.last_login_at = utc_now()
    db.session.commit()
    _start_session(user)
    flash(_("Welcome, %(name)s. Your password is set.", name=user.name), "success")
    return go_to(url_for("overview.index"))


def ask_to_log_in() -> ResponseReturnValue:
    """To the login page, and from there back to what the person wanted to see."""
    if wants_fragment():
        return "", 401, {"HX-Redirect": url_for("auth.log_in")}
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    known = wanted if is_own_path(wanted) and wanted != "/" else None
    return redirect(url_for("auth.log_in", next=known), 303)


def _start_session(user: User) -> None:
    """A new session: nothing planted before the login lives on in it."""
    session.clear()
    session.permanent = True
    login_user(user)
