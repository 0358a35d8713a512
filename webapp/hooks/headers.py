"""What is kept of a request's headers and query: without what would let one sign as the vendor."""

import re
from urllib.parse import unquote_plus

from flask import Request

from webapp.masking import MASK, masked_url
from webapp.offers.problems import storable_text
from webapp.webhooks import WebhookSettings

MOST_HEADERS = 60
LONGEST_VALUE = 500
# Unlike those of addresses (webapp/masking.py) without signatures: they tell what went wrong.
_SECRET = re.compile(
    r"auth|cookie|session|token|jwt|secret|pass|pwd|credential|(api|access|app|private|client)-?key",
    re.I,
)


def kept_headers(request: Request, settings: WebhookSettings) -> dict[str, str]:
    key_name = settings.key_name.lower() if settings.scheme == "api-key" else ""
    # Proxies repeat the address in headers of their own.
    key = request.args.get(settings.key_name, "") if settings.location == "query" else ""
    kept = {}
    for name, value in list(request.headers.items())[:MOST_HEADERS]:
        is_secret = name.lower() == key_name or _SECRET.search(name) is not None
        is_secret |= key != "" and (key in value or key in unquote_plus(value))
        kept[storable_text(name)] = MASK if is_secret else storable_text(value[:LONGEST_VALUE])
    if request.query_string:
        query = request.query_string.decode("latin-1")[:LONGEST_VALUE]
        names = frozenset({settings.key_name} if settings.location == "query" else ())
        kept["(query)"] = storable_text(masked_url(f"?{query}", secret_names=names))
    return kept
