"""Where a person goes next, when the address comes from the browser."""

from urllib.parse import urlsplit

from flask import request, url_for


def next_page() -> str:
    """The `next` parameter when it is a path of this site, else the overview."""
    wanted: str = request.values.get("next", "")
    if is_own_path(wanted):
        return wanted
    return url_for("overview.index")


def is_own_path(address: str) -> bool:
    # Browsers read "//x" and "/\x" as another host, and drop tabs and line ends on the way.
    if not address.startswith("/") or not address.isprintable() or "\\" in address:
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and not address.startswith("//")
