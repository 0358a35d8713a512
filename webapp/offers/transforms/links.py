"""Web addresses: http and https only, complete, with spaces and foreign letters encoded."""

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from webapp.offers.transforms.bad_value import BadValue

MAX_LENGTH = 2_000
PLAIN = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,4})?"
    r"(?:[/?#][A-Za-z0-9._~!$'()*+,;=:@%/?#-]*)?"
)
ENCODED_AS_A_WHOLE = re.compile(r"https?%3A%2F%2F", re.IGNORECASE)
# Everything an address may hold besides letters and digits, so that it is not encoded again.
KEPT = "%/?#[]@!$&'()*+,;=:~-._"


def url(value: Any) -> str:
    """:raise BadValue: bad_url"""
    if not isinstance(value, str):
        raise BadValue("bad_url")
    if PLAIN.fullmatch(value) and len(value) <= MAX_LENGTH and "&amp;" not in value:
        return value
    address = value.strip().replace(" ", "%20").replace("&amp;", "&")
    if PLAIN.fullmatch(address) and len(address) <= MAX_LENGTH:
        return address
    if ENCODED_AS_A_WHOLE.match(address):
        address = unquote(address)
    address = address.replace("\\", "/")
    if address.startswith("//"):
        address = f"https:{address}"
    elif address.startswith("www."):
        address = f"http://{address}"
    return _encoded(address)


def _encoded(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        raise BadValue("bad_url") from None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.:_-]+", host):
        raise BadValue("bad_url")
    if parts.username is not None:
        # A stored address is shown to everyone: it must not carry a password.
        raise BadValue("bad_url")
    place = f"[{host}]" if ":" in host else host
    behind = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    try:
        encoded = f"{parts.scheme}://{place}{f':{port}' if port else ''}{quote(behind, safe=KEPT)}"
    except UnicodeEncodeError:
        raise BadValue("bad_url") from None
    if len(encoded) > MAX_LENGTH:
        raise BadValue("bad_url")
    return encoded
