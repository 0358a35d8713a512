"""The trial of the vendors' door: it verifies as the door does, answers what would become of each
record, and stores nothing."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from webapp.access import public
from webapp.extensions import db
from webapp.hooks import answers
from webapp.hooks.arrivals import Arrival, arrival
from webapp.hooks.checks import MOST_BYTES, check_answer, checked_body
from webapp.hooks.door import METHODS, bp
from webapp.hooks.verification import RefusalCause
from webapp.models import Source


@bp.route("/hooks/<public_id>/validate", methods=METHODS, provide_automatic_options=False)
@public
def validate(public_id: str) -> ResponseReturnValue:
    come = arrival(public_id, request)
    if come.door is None or come.cause is not None:
        return answers.refusal(come.cause or RefusalCause.WRONG_SIGNATURE, come.retry_after)
    if len(come.body) > MOST_BYTES:
        return answers.refusal(RefusalCause.TOO_LARGE)
    return _checked(come, db.session.get_one(Source, come.door.source_id))


def _checked(come: Arrival, source: Source) -> ResponseReturnValue:
    found = checked_body(source, come.settings, come.body, come.request.content_type or "")
    return jsonify(check_answer(found)), 200 if found.unreadable is None else 422
