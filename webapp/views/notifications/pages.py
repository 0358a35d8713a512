"""The page where one sees what is wrong and who is told, and the log of messages."""

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.htmx import fragment, wants_fragment
from webapp.queries import notifications as queries
from webapp.views.arguments import page_argument
from webapp.views.notifications.blueprint import bp


@bp.get("/notifications")
def index() -> ResponseReturnValue:
    channels = queries.channels()
    return render_template(
        "notifications/index.html",
        alerts=queries.open_alerts(),
        rules=queries.rules(),
        channels=channels,
        last=queries.last_messages(channels),
    )


@bp.get("/notifications/log")
def log() -> ResponseReturnValue:
    page = queries.messages(page_argument())
    if wants_fragment():
        return fragment(render_template("notifications/_messages.html", page=page))
    return render_template("notifications/log.html", page=page)
