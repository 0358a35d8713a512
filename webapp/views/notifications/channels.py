"""Places that messages go to: added, tried with a test message, changed, deleted."""

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.access import channel_or_404, editors_only, signed_in, visible_agencies
from webapp.config import Config
from webapp.extensions import db
from webapp.htmx import STOP_POLLING, fragment, go_to, wants_fragment
from webapp.models import Notification, NotificationState
from webapp.queries import notifications as queries
from webapp.services import notifications as service
from webapp.views.forms.notifications import ChannelForm, NewChannelForm
from webapp.views.notifications.blueprint import bp

_UNDER_WAY = (NotificationState.DUE, NotificationState.SENDING)


@bp.route("/notifications/channels/new", methods=["GET", "POST"])
@editors_only
def new_channel() -> ResponseReturnValue:
    agencies, person = visible_agencies(), signed_in()
    form = NewChannelForm()
    form.offer_agencies(agencies, all_of_them=person.is_admin)
    if form.validate_on_submit():
        name = str(form.name.data).strip()
        channel = service.add_channel(
            form.chosen_agency(agencies), name, form.checked_address(), person
        )
        db.session.commit()
        flash(_("It is added. Send it a test message now."), "success")
        return go_to(url_for("notifications.channel", id=channel.id))
    page = render_template("notifications/new_channel.html", form=form, has_mail=_has_mail())
    return page, 422 if form.errors else 200


@bp.route("/notifications/channels/<int:id>", methods=["GET", "POST"])
@editors_only
def channel(id: int) -> ResponseReturnValue:
    found = channel_or_404(id)
    form = ChannelForm(name=found.name)
    if form.validate_on_submit():
        name = str(form.name.data).strip()
        service.change_channel(found, name, form.checked_address(), signed_in())
        db.session.commit()
        flash(_("The channel is changed."), "success")
        return go_to(url_for("notifications.channel", id=id))
    page = render_template(
        "notifications/channel.html",
        form=form,
        channel=found,
        has_mail=_has_mail(),
        **_test(queries.last_test(found)),
    )
    return page, 422 if form.errors else 200


@bp.post("/notifications/channels/<int:id>/test")
@editors_only
def test(id: int) -> ResponseReturnValue:
    found = channel_or_404(id)
    last = queries.last_test(found)
    if last is None or last.state not in _UNDER_WAY:
        service.ask_for_test(found)
        db.session.commit()
    return go_to(url_for("notifications.channel", id=id))


@bp.get("/notifications/channels/<int:id>/test")
@editors_only
def tested(id: int) -> ResponseReturnValue:
    """What became of the last test, asked for every second until that is known."""
    found = channel_or_404(id)
    if not wants_fragment():
        return go_to(url_for("notifications.channel", id=id))
    shown = _test(queries.last_test(found))
    html = render_template("notifications/_test.html", channel=found, **shown)
    if shown["is_under_way"]:
        return fragment(html)
    return fragment(html, status=STOP_POLLING, announce=_("The test is over."))


@bp.route("/notifications/channels/<int:id>/delete", methods=["GET", "POST"])
@editors_only
def delete_channel(id: int) -> ResponseReturnValue:
    found = channel_or_404(id)
    if request.method == "GET":
        return render_template(
            "notifications/delete_channel.html", channel=found, rules=queries.rules_with(found)
        )
    name = found.name
    service.delete_channel(found, signed_in())
    db.session.commit()
    flash(_("“%(name)s” is deleted. Nothing is sent there any more.", name=name), "success")
    return go_to(url_for("notifications.index"))


def _test(last: Notification | None) -> dict[str, object]:
    return {"test": last, "is_under_way": last is not None and last.state in _UNDER_WAY}


def _has_mail() -> bool:
    config: Config = current_app.config["OFFERDOCK"]
    return bool(config.mail_url)
