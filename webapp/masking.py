"""Takes the secrets out of addresses and texts before a page, a log line or an error shows them."""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, parse_qsl, quote

from webapp.addresses import FILE_SCHEMES, parts_of

MASK = "***"
# What a number is put in for is no secret, whatever its parameter is called (ListingKey={id}).
_PLACEHOLDER = "{id}"
_SECRET_NAME = re.compile(r"key|token|pass|pwd|secret|sig|auth|credential|session|jwt", re.I)
SHORTEST_SECRET = 4
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]+", re.I)
_SECRET_VALUE = re.compile(
    r"((?:password|passwort|passwd|pwd|passphrase|secret|token|api[-_ ]?key|access[-_ ]?key)"
    r"[\w-]*[\"']?\s*[:=>]\s*[\"']?)[^\s\"'<>&,;]+",
    re.I,
)
_SIGNED_LINK = re.compile(r"(/hooks/[^/]*/guide/)[^/]+")
_UNREADABLE = "(an address that cannot be read)"


def masked_url(url: str, *, secret_names: frozenset[str] = frozenset()) -> str:
    """`secret_names` adds query names that are known to carry a secret here."""
    try:
        parts = parts_of(url)
        if parts.scheme in FILE_SCHEMES:
            head, _, _ = url.strip().partition("://")
            return f"{head}://{MASK}@{_after_userinfo(url)}" if "@" in parts.netloc else url.strip()
        userinfo = "@" in parts.netloc
        host = parts.netloc.rpartition("@")[2]
        query = _masked_query(parts.query, secret_names)
    except ValueError:
        return _UNREADABLE
    netloc = f"{MASK}@{host}" if userinfo else host
    return SplitResult(parts.scheme, netloc, masked_path(parts.path), query, "").geturl()


def masked_text(text: str, secrets: Collection[str]) -> str:
    """Without the passwords in its addresses, what stands behind the name of a secret, and the
    `secrets` that are known here."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    text = _ADDRESS.sub(lambda found: masked_url(found.group()), text)
    return _SECRET_VALUE.sub(rf"\1{MASK}", text)


def masked_path(path: str) -> str:
    """Without what makes a link to a vendor's page good."""
    return _SIGNED_LINK.sub(rf"\g<1>{MASK}", path)


def _after_userinfo(url: str) -> str:
    """Host and path; a password may hold an @ itself."""
    netloc, slash, path = url.strip().partition("://")[2].partition("/")
    return netloc.rpartition("@")[2] + slash + path


def _masked_query(query: str, secret_names: frozenset[str]) -> str:
    if not query:
        return ""
    shown = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        is_secret = value != _PLACEHOLDER and _is_secret(name, secret_names)
        shown.append(f"{quote(name)}={MASK if is_secret else quote(value, safe='/:,{}')}")
    return "&".join(shown)


def _is_secret(name: str, secret_names: frozenset[str]) -> bool:
    return name in secret_names or _SECRET_NAME.search(name) is not None
