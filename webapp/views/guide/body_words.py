"""What a webhook's bodies hold, in sentences for a developer. What stands between backquotes is
code."""

from flask_babel import gettext as _

from webapp.offers.mapping_document import MappingDocument
from webapp.views.mapping.transform_words import condition_words
from webapp.webhooks import WebhookSettings


def body_points(settings: WebhookSettings, document: MappingDocument | None) -> list[str]:
    match settings.shape:
        case "ring":
            return [
                _(
                    "Any body will do, an empty one too: a delivery says that something changed, "
                    "and the feed is read at once."
                )
            ]
        case "ids":
            return _id_points(settings)
    return [*_record_points(settings, document), *_change_points(settings)]


def _id_points(settings: WebhookSettings) -> list[str]:
    return [
        _("The ids of the offers that changed stand at `%(path)s`.", path=settings.ids_at),
        _(
            "Each of these offers is fetched from `%(address)s`; an answer of 404 or 410 means "
            "that it is gone.",
            address=settings.detail_url,
        ),
    ]


def _record_points(settings: WebhookSettings, document: MappingDocument | None) -> list[str]:
    points = [
        _(
            "JSON (or JSON lines), XML or a form, in parts too with one file or fields; gzip is "
            "welcome."
        ),
        _("One body may hold one record or many, all of offers."),
    ]
    if settings.records_at:
        points.append(_("The records stand at `%(path)s`.", path=settings.records_at))
    else:
        points.append(
            _("The body is a record, a list of records, or an envelope around such a list.")
        )
    if document is not None and document.id:
        points.append(
            _(
                "A record's id stands at `%(path)s`. It must stay the same for as long as the "
                "offer lives.",
                path=str(_("` or `")).join(document.id),
            )
        )
    return points


def _change_points(settings: WebhookSettings) -> list[str]:
    points = []
    if settings.partial:
        points.append(_("A record holds only what changed; what it doesn't name stays."))
    else:
        points.append(_("A record holds the whole offer; what it doesn't name is gone."))
    for condition in settings.withdrawn_when:
        points.append(
            _("An offer is withdrawn when: %(condition)s.", condition=condition_words(condition))
        )
    return points


def order_points(settings: WebhookSettings) -> list[str]:
    points = [
        _("Send again as often as you like: the same message is used once."),
        _id_sentence(settings),
    ]
    if settings.version_at:
        points.append(
            _(
                "The state with the higher number or later time at `%(path)s` wins, in whichever "
                "order deliveries arrive.",
                path=settings.version_at,
            )
        )
    else:
        points.append(
            _("The state that arrives last wins: send the changes of one offer in their order.")
        )
    return points


def _id_sentence(settings: WebhookSettings) -> str:
    name = settings.message_id_header
    if not name and settings.scheme.startswith("standard-webhooks"):
        name = "webhook-id"
    if name:
        return str(
            _(
                "`%(name)s` tells messages apart: keep it when you send a message again, and never "
                "use it for another body (409).",
                name=name,
            )
        )
    return str(_("Two messages with the same body count as one message."))
