"""How to send: the address, the signature with an example, the body, the answers and the limits."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import public
from webapp.hooks.examples import LANGUAGES, examples, sample_body
from webapp.models import Webhook
from webapp.offers.mapping_document import MappingDocument
from webapp.services.webhook_addresses import door_address
from webapp.services.webhook_settings import settings_of
from webapp.views.guide.answers import answers
from webapp.views.guide.blueprint import bp, webhook_or_404
from webapp.views.guide.body_words import body_points, order_points
from webapp.views.guide.signing_words import scheme_name, signing_steps


@bp.get("")
@public
def show(public_id: str, token: str) -> ResponseReturnValue:
    """language: of the example."""
    webhook = webhook_or_404(public_id, token)
    settings = settings_of(webhook)
    document = document_of(webhook)
    sample = sample_body(settings, document)
    written = examples(settings, door_address(webhook), sample)
    chosen = request.args.get("language", "")
    return render_template(
        "guide/show.html",
        webhook=webhook,
        token=token,
        settings=settings,
        address=door_address(webhook),
        scheme=scheme_name(settings),
        steps=signing_steps(settings),
        examples=written,
        example=written[list(LANGUAGES).index(chosen)] if chosen in LANGUAGES else written[0],
        body=sample.text,
        body_points=body_points(settings, document),
        order_points=order_points(settings),
        answers=answers(settings),
        receipt_address=settings.receipt_url,
    )


def document_of(webhook: Webhook) -> MappingDocument | None:
    mapping = webhook.source.mapping
    return MappingDocument.model_validate(mapping.document) if mapping else None
