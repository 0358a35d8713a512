"""What became of what was sent: the latest deliveries, and each with its records."""

from flask import abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from zstandard import ZstdDecompressor

from webapp.access import public
from webapp.config import Config
from webapp.models import DeliveryRequest, Webhook
from webapp.queries.delivery import admission_of, problems_without_record, touched_records
from webapp.queries.guide import TEST_MARK, delivery_of, latest_deliveries
from webapp.views.arguments import page_argument
from webapp.views.cause_words import cause_words, refused_records, verdict
from webapp.views.guide.blueprint import bp, webhook_or_404

MOST_SHOWN = 16_384


@bp.get("/deliveries")
@public
def deliveries(public_id: str, token: str) -> ResponseReturnValue:
    webhook = webhook_or_404(public_id, token)
    rows = [
        (delivery, is_test, verdict(delivery), *cause_words(delivery), refused_records(delivery))
        for delivery, is_test in latest_deliveries(webhook)
    ]
    return render_template("guide/deliveries.html", webhook=webhook, token=token, rows=rows)


@bp.get("/deliveries/<int:delivery_id>")
@public
def delivery(public_id: str, token: str, delivery_id: int) -> ResponseReturnValue:
    webhook = webhook_or_404(public_id, token)
    found = delivery_of(webhook, delivery_id)
    if found is None:
        abort(_gone(webhook, token))
    row, sent = found
    what, to_do = cause_words(row)
    return render_template(
        "guide/delivery.html",
        webhook=webhook,
        token=token,
        delivery=row,
        request_sent=sent,
        is_test=sent is not None and TEST_MARK in sent.headers,
        verdict=verdict(row),
        what=what,
        to_do=to_do,
        admission=admission_of(row),
        refused=refused_records(row),
        records=touched_records(row, page_argument()),
        without_record=problems_without_record(row),
        body=_shown_body(sent),
    )


def _gone(webhook: Webhook, token: str) -> Response:
    config: Config = current_app.config["OFFERDOCK"]
    page = render_template(
        "guide/gone.html",
        webhook=webhook,
        token=token,
        days=config.delivery_days,
        refused_days=config.refused_delivery_days,
    )
    return make_response(page, 404)


def _shown_body(sent: DeliveryRequest | None) -> str:
    """Its beginning as text."""
    if sent is None:
        return ""
    reader = ZstdDecompressor().stream_reader(sent.body)
    return reader.read(MOST_SHOWN).decode("utf-8", "replace")
