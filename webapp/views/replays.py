"""Replaying deliveries: the question with its number, the progress, the end."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.access import delivery_or_404, editors_only, replay_or_404, signed_in, source_or_404
from webapp.extensions import db
from webapp.htmx import STOP_POLLING, fragment, go_to, wants_fragment
from webapp.models import Replay, ReplayState, Source, User, utc_now
from webapp.queries.delivery_filters import DeliveryFilters, last_id
from webapp.services import replays as service
from webapp.services.replays import NothingToReplay, ReplayAlreadyOpen
from webapp.views.delivery_lists import filters_of_address, filters_of_form
from webapp.views.run_progress import Progress

bp = Blueprint("replays", __name__)


@bp.get("/sources/<int:id>/replay")
@editors_only
def ask(id: int) -> ResponseReturnValue:
    """How many deliveries match, and whether all of them are to be replayed."""
    source = source_or_404(id)
    filters = filters_of_address()
    return render_template(
        "replays/ask.html",
        source=source,
        filters=filters,
        last=last_id(),
        count=service.replayable_count(source, filters),
        most=service.MOST_DELIVERIES,
        open_replay=service.open_replay_of(source),
    )


@bp.post("/sources/<int:id>/replay")
@editors_only
def start(id: int) -> ResponseReturnValue:
    return _start(source_or_404(id), filters_of_form())


@bp.post("/deliveries/<int:id>/replay")
@editors_only
def start_one(id: int) -> ResponseReturnValue:
    delivery = delivery_or_404(id)
    return _start(delivery.source, DeliveryFilters(first=id, last=id))


def _start(source: Source, filters: DeliveryFilters) -> ResponseReturnValue:
    try:
        replay = service.start_replay(source, filters, signed_in())
    except ReplayAlreadyOpen as already:
        db.session.rollback()
        flash(_("Deliveries of this source are being replayed already: here they are."), "info")
        return go_to(url_for("replays.show", id=already.replay.id))
    except NothingToReplay:
        db.session.rollback()
        flash(_("There is nothing to replay (any more)."), "info")
        return go_to(url_for("deliveries.index", id=source.id))
    db.session.commit()
    words = ngettext(
        "%(num)d delivery is replayed.", "%(num)d deliveries are replayed.", replay.wanted
    )
    flash(words, "success")
    return go_to(url_for("replays.show", id=replay.id))


@bp.get("/replays/<int:id>")
def show(id: int) -> ResponseReturnValue:
    return render_template("replays/show.html", **_page(replay_or_404(id)))


@bp.get("/replays/<int:id>/progress")
def progress(id: int) -> ResponseReturnValue:
    """The live region, asked for every second until the replay is over."""
    replay = replay_or_404(id)
    if not wants_fragment():
        return go_to(url_for("replays.show", id=id))
    html = render_template("replays/_live.html", **_page(replay))
    if replay.state == ReplayState.OPEN:
        return fragment(html)
    return fragment(html, status=STOP_POLLING, announce=_("The replay is over."))


@bp.route("/replays/<int:id>/cancel", methods=["GET", "POST"])
@editors_only
def cancel(id: int) -> ResponseReturnValue:
    replay = replay_or_404(id)
    if request.method == "GET":
        return render_template("replays/cancel.html", replay=replay)
    if service.cancel_replay(replay, signed_in()):
        db.session.commit()
        flash(_("The replay is cancelled. What was replayed before stays."), "success")
    else:
        flash(_("The replay was over already."), "info")
    return go_to(url_for("replays.show", id=id))


def _page(replay: Replay) -> dict[str, object]:
    asked_by = db.session.get(User, replay.asked_by) if replay.asked_by else None
    return {"replay": replay, "progress": _progress(replay), "asked_by": asked_by}


def _progress(replay: Replay) -> Progress:
    seconds = ((replay.finished_at or utc_now()) - replay.created_at).total_seconds()
    rate = replay.replayed / seconds if seconds > 0 and replay.replayed else None
    left = (replay.wanted - replay.replayed) / rate if rate else None
    return Progress(_("Replaying deliveries"), replay.replayed, replay.wanted, rate, left)
