"""Admins' page of the machinery: queues, workers, the tick, troubles, sizes; pausing a queue."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import queues
from webapp.access import admins_only, signed_in
from webapp.extensions import db
from webapp.htmx import fragment, go_to, wants_fragment
from webapp.queries import operations as queries
from webapp.queries.last_hour import unsettled_jobs
from webapp.queries.workers import HEARTBEAT_SECONDS, background_work
from webapp.services.queue_pauses import pause_queue, resume_queue
from webapp.views.labels.operations import QUEUES

bp = Blueprint("operations", __name__)


@bp.get("/operations")
@admins_only
def index() -> ResponseReturnValue:
    return render_template(
        "operations/index.html",
        quarantine=queries.quarantine(),
        engines=queries.engines(),
        done=queries.operations_done(),
        **_live(),
    )


@bp.get("/operations/live")
@admins_only
def live() -> ResponseReturnValue:
    """Queues and workers, asked for again and again."""
    if not wants_fragment():
        return go_to(url_for("operations.index"))
    return fragment(render_template("operations/_live.html", **_live()))


@bp.route("/operations/queues/<queue>/pause", methods=["GET", "POST"])
@admins_only
def pause(queue: str) -> ResponseReturnValue:
    _known_or_404(queue)
    if request.method == "GET":
        return render_template("operations/pause.html", queue=queue)
    if pause_queue(queue, signed_in()):
        db.session.commit()
        flash(
            _("“%(queue)s” is paused. What runs already is finished.", queue=QUEUES[queue]),
            "success",
        )
    return go_to(url_for("operations.index"))


@bp.post("/operations/queues/<queue>/resume")
@admins_only
def resume(queue: str) -> ResponseReturnValue:
    _known_or_404(queue)
    if resume_queue(queue, signed_in()):
        db.session.commit()
        flash(_("“%(queue)s” goes on within a few seconds.", queue=QUEUES[queue]), "success")
    return go_to(url_for("operations.index"))


def _live() -> dict[str, object]:
    work = background_work()
    return {
        "work": work,
        "curves": queries.queue_curves(),
        "paused": queries.paused_queues(),
        "unsettled": unsettled_jobs(),
        "cadence": HEARTBEAT_SECONDS,
        "failed": sum(queue.failed for queue in work.queues),
    }


def _known_or_404(queue: str) -> None:
    if queue not in queues.QUEUE_NAMES:
        abort(404)
