"""The body of a delivery: its beginning in a readable form for the page, all of it as a file."""

from dataclasses import dataclass
from io import BytesIO

import orjson
from flask import abort, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from lxml import etree
from zstandard import ZstdDecompressor

from webapp.access import delivery_or_404
from webapp.models import DeliveryRequest
from webapp.queries.delivery import request_of
from webapp.views.deliveries.blueprint import bp
from webapp.webhooks import MOST_BYTES

MOST_SHOWN = 65_536


@dataclass(frozen=True, slots=True)
class ShownBody:
    text: str
    is_cut: bool
    is_indented: bool
    """Set apart for reading; the file has it as it came."""


@bp.get("/deliveries/<int:id>/body")
def body(id: int) -> ResponseReturnValue:
    delivery = delivery_or_404(id)
    sent = request_of(delivery)
    if sent is None:
        abort(404, _("Its body is not kept any more."))
    # Always as a file of no kind: a browser must never open what a stranger sent.
    return send_file(
        BytesIO(_unpacked(sent, MOST_BYTES)),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"delivery-{id}{_ending(sent)}",
    )


def shown_body(sent: DeliveryRequest) -> ShownBody:
    start = _unpacked(sent, MOST_SHOWN + 1)
    is_cut = len(start) > MOST_SHOWN
    indented = None if is_cut else _indented(start)
    if indented is not None:
        return ShownBody(indented[:MOST_SHOWN], len(indented) > MOST_SHOWN, True)
    return ShownBody(start[:MOST_SHOWN].decode("utf-8", "replace"), is_cut, False)


def _unpacked(sent: DeliveryRequest, most: int) -> bytes:
    return ZstdDecompressor().stream_reader(sent.body).read(most)


def _indented(content: bytes) -> str | None:
    """None for what is neither JSON nor XML, or broken."""
    try:
        return orjson.dumps(orjson.loads(content), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        pass
    if not content.lstrip().startswith(b"<"):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return str(etree.tostring(root, pretty_print=True, encoding="unicode"))


def _ending(sent: DeliveryRequest) -> str:
    for word in ("json", "xml"):
        if word in sent.content_type:
            return f".{word}"
    return ".txt"
