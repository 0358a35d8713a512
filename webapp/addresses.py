"""The parts of an address, and when two addresses lead to the same server, so that a secret may
go from one to the other."""

from urllib.parse import SplitResult, urlsplit

FILE_SCHEMES = ("ftp", "ftps", "ftpes", "sftp")


def parts_of(address: str) -> SplitResult:
    """Among files a question mark or a hash belongs to a pattern of names, or to a password."""
    address = address.strip()
    if address.partition("://")[0].lower() in FILE_SCHEMES:
        address = address.replace("?", "%3F").replace("#", "%23")
    return urlsplit(address)


def same_server(old: str, new: str) -> bool:
    """Same host and port, or the usual step from http to https on it."""
    before, after = parts_of(old), parts_of(new)
    if before.hostname != after.hostname:
        return False
    if (before.scheme, before.port) == (after.scheme, after.port):
        return True
    upgraded = before.scheme == "http" and after.scheme == "https"
    return upgraded and before.port in (None, 80) and after.port in (None, 443)
