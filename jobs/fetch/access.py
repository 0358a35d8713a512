"""Credentials and the addresses they belong to: taken out of them, put on, kept to one host."""

import base64
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

from jobs.fetch.failures import bad_url
from jobs.fetch.request import Credentials
from webapp.masking import masked_url


def split_off_userinfo(
    location: str, credentials: Credentials | None
) -> tuple[str, Credentials | None]:
    """`https://user:password@host/feed` carries its own credentials; those given win.

    :raise PermanentError: not an http or https address.
    """
    place = masked_url(location)
    try:
        parts = urlsplit(location.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise bad_url(place) from None
    if parts.scheme not in ("http", "https") or not host:
        raise bad_url(place)
    userinfo, at, netloc = parts.netloc.rpartition("@")
    if at and credentials is None:
        user, _, password = userinfo.partition(":")
        credentials = Credentials("basic", unquote(user), unquote(password))
    return parts._replace(netloc=netloc, fragment="").geturl(), credentials


def redirect_target(url: str, target: str, place: str) -> str:
    """A password in the target is dropped: it is the server's, not one that was given to us."""
    try:
        joined = urljoin(url, target)
    except ValueError:
        raise bad_url(place) from None
    return split_off_userinfo(joined, None)[0]


def credential_headers(credentials: Credentials | None) -> dict[str, str | bytes]:
    if credentials is None or credentials.kind == "query":
        return {}
    secret = credentials.secret.encode()
    if credentials.kind == "basic":
        pair = base64.b64encode(credentials.name.encode() + b":" + secret)
        return {"Authorization": b"Basic " + pair}
    if credentials.kind == "bearer":
        return {"Authorization": b"Bearer " + secret}
    return {credentials.name: secret}


def with_query_key(url: str, credentials: Credentials | None) -> str:
    if credentials is None or credentials.kind != "query":
        return url
    parts = urlsplit(url)
    if any(name == credentials.name for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return url
    added = urlencode({credentials.name: credentials.secret})
    return parts._replace(query=f"{parts.query}&{added}" if parts.query else added).geturl()
