"""The log of a source's deliveries, and one of them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import delivery_or_404, source_or_404
from webapp.htmx import fragment, wants_fragment
from webapp.models import DeliveryState
from webapp.queries import delivery as one
from webapp.queries.deliveries import deliveries_page
from webapp.queries.delivery_filters import causes_present
from webapp.queries.faults import faults_of_delivery
from webapp.services.admissions import is_admissible
from webapp.services.replays import REPLAYABLE_STATES, open_replay_of
from webapp.views.arguments import id_argument, page_argument
from webapp.views.deliveries.blueprint import bp
from webapp.views.deliveries.body import shown_body
from webapp.views.delivery_lists import filters_of_address


@bp.get("/sources/<int:id>/deliveries")
def index(id: int) -> ResponseReturnValue:
    source = source_or_404(id)
    filters = filters_of_address()
    page = deliveries_page(source, filters, id_argument("before"), id_argument("after"))
    context = {
        "source": source,
        "filters": filters,
        "page": page,
        "is_filtered": any(request.args.values()),
        "open_replay": open_replay_of(source),
    }
    if wants_fragment():
        return fragment(render_template("deliveries/_list.html", **context))
    return render_template(
        "deliveries/index.html",
        states=list(DeliveryState),
        causes=causes_present(source.id),
        **context,
    )


@bp.get("/deliveries/<int:id>")
def show(id: int) -> ResponseReturnValue:
    delivery = delivery_or_404(id)
    sent = one.request_of(delivery)
    return render_template(
        "deliveries/show.html",
        delivery=delivery,
        source=delivery.source,
        request_sent=sent,
        body=shown_body(sent) if sent else None,
        records=one.touched_records(delivery, page_argument()),
        without_record=one.problems_without_record(delivery),
        receipt=one.receipt_of(delivery),
        replay=one.replay_of(delivery),
        admission=one.admission_of(delivery),
        is_admissible=is_admissible(delivery, sent),
        conflicts=one.conflicts_of(delivery),
        conflicts_with=one.conflicts_with(delivery),
        faults=faults_of_delivery(delivery),
        is_replayable=delivery.state in REPLAYABLE_STATES,
    )
