"""The vendors' door: look up ▸ verify ▸ keep ▸ 202 ▸ ring. Nothing is acknowledged before it is
durable; a Valkey that is away costs only time, for the sweeper rings again."""

import psycopg
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.wrappers import Response

from webapp.access import public
from webapp.hooks import answers
from webapp.hooks.arrivals import Arrival, Door, arrival
from webapp.hooks.kept import keep_delivery, keep_refusal
from webapp.hooks.limits import is_refusal_kept
from webapp.hooks.verification import UNAUTHENTIC, RefusalCause
from webapp.models import SourceStatus

bp = Blueprint("door", __name__)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@bp.errorhandler(psycopg.OperationalError)
@bp.errorhandler(psycopg.InterfaceError)
@bp.errorhandler(OperationalError)
@bp.errorhandler(InterfaceError)
def database_away(_: Exception) -> ResponseReturnValue:
    return answers.away()


@bp.route("/hooks/<public_id>", methods=METHODS, provide_automatic_options=False)
@public
def deliver(public_id: str) -> ResponseReturnValue:
    return answer_arrival(arrival(public_id, request), public_id)


def answer_arrival(come: Arrival, public_id: str) -> Response:
    """Keep what has come, or refuse it, and say so."""
    door = come.door
    if door is None or come.cause is not None:
        return refuse(come, come.cause or RefusalCause.WRONG_SIGNATURE, public_id)
    if door.status == SourceStatus.PAUSED and door.settings.paused_answer == "refuse":
        return refuse(come, RefusalCause.PAUSED, public_id)
    return _keep(come, door, public_id)


def _keep(come: Arrival, door: Door, public_id: str) -> Response:
    kept = keep_delivery(come, door)
    if kept.conflicts:
        return refuse(come, RefusalCause.CONFLICT, public_id, detail=str(kept.delivery_id))
    return answers.accepted(kept.delivery_id, is_repeated=kept.is_repeated)


def refuse(come: Arrival, cause: RefusalCause, public_id: str, *, detail: str = "") -> Response:
    """Kept with its cause, as far as a flood of them lets it."""
    is_closed = come.door is not None and come.door.is_closed and cause in UNAUTHENTIC
    if not is_closed and is_refusal_kept(public_id, come.arrived_at):
        keep_refusal(come, cause, answers.status_of(cause), detail)
    return answers.refusal(cause, come.retry_after)
