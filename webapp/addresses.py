"""When two addresses lead to the same server, so that a secret may go from one to the other."""

from urllib.parse import urlsplit


def same_door(old: str, new: str) -> bool:
    """Same host and port, or the usual step from http to https on it."""
    before, after = urlsplit(old), urlsplit(new)
    if before.hostname != after.hostname:
        return False
    if (before.scheme, before.port) == (after.scheme, after.port):
        return True
    upgraded = before.scheme == "http" and after.scheme == "https"
    return upgraded and before.port in (None, 80) and after.port in (None, 443)
