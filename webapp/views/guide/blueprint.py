"""The blueprint of the vendor's pages, and the webhook that their link stands for."""

from flask import Blueprint, abort, make_response, render_template
from werkzeug.wrappers import Response

from webapp.models import Webhook
from webapp.queries.guide import webhook_named
from webapp.services.webhook_addresses import is_guide_token

bp = Blueprint("guide", __name__, url_prefix="/hooks/<public_id>/guide/<token>")


def webhook_or_404(public_id: str, token: str) -> Webhook:
    """:raise 404: there is no such webhook, or the link was ended."""
    webhook = webhook_named(public_id)
    if webhook is None or not is_guide_token(webhook, token):
        abort(make_response(render_template("guide/ended.html"), 404))
    return webhook


@bp.after_request
def _keep_private(response: Response) -> Response:
    """What the link shows is for those who have it alone."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
