"""The one wrapper of htmx: when to answer with a fragment, and with which headers.

htmx-flask 0.1.0 refuses half of the swap styles and every modifier, so `HX-Reswap` is set here.
"""

from flask import redirect
from htmx_flask import make_response, request
from werkzeug.wrappers import Response

# The answer that ends htmx's polling.
STOP_POLLING = 286


def wants_fragment() -> bool:
    """A plain htmx request; boosted ones and restored history need the whole page."""
    headers = request.htmx
    return bool(headers) and not headers.boosted and not headers.history_restore_request


def page_of_request() -> str:
    """The address of the page that a fragment is asked from; "" outside of htmx."""
    return str(request.htmx.current_url or "") if wants_fragment() else ""


def target_of_request() -> str:
    """The id of the element that the answer goes into; "" outside of htmx."""
    return str(request.htmx.target or "") if wants_fragment() else ""


def fragment(
    html: str,
    *,
    status: int = 200,
    announce: str | None = None,
    push_url: str | None = None,
    retarget: str | None = None,
    reswap: str | None = None,
) -> Response:
    """A piece of a page; `announce` is read out by screen readers."""
    response: Response = make_response(
        html,
        status,
        push_url=push_url,
        retarget=retarget,
        trigger={"announce": announce} if announce else None,
    )
    if reswap:
        response.headers["HX-Reswap"] = reswap
    return response


def go_to(address: str) -> Response:
    """The page to see next, after a form was sent: 303, or htmx's own way of moving on."""
    if wants_fragment():
        moved: Response = make_response("", 200, redirect=address)
        return moved
    return redirect(address, 303)


def answer_headers(response: Response) -> Response:
    """Runs after every request: no cache may hand a fragment to one who wants the page."""
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = (
                "no-store" if wants_fragment() else "private, no-cache"
            )
    return response
