"""What a person types as the address of a feed: checked, and its login taken out of it."""

from urllib.parse import unquote

from flask_babel import gettext as _

from webapp.addresses import FILE_SCHEMES, parts_of
from webapp.masking import MASK
from webapp.services.credentials import CredentialKind, SourceCredentials

LONGEST_LOCATION = 2000
WEB_SCHEMES = ("http", "https")


def scheme_of(location: str) -> str:
    return location.partition("://")[0].lower()


def problem_with_location(location: str) -> str | None:
    """In words; None when the address will do."""
    if MASK in location:
        return str(_("%(mask)s stands for a hidden secret: type the whole address.", mask=MASK))
    if len(location) > LONGEST_LOCATION:
        return str(_("This address is too long (over %(most)s characters).", most=LONGEST_LOCATION))
    if any(letter.isspace() or not letter.isprintable() for letter in location):
        return str(_("An address has no spaces in it."))
    if "://" not in location or scheme_of(location) not in WEB_SCHEMES + FILE_SCHEMES:
        return str(
            _(
                "The address must begin with https://, http://, sftp://, ftps://, ftpes:// "
                "or ftp://."
            )
        )
    try:
        parts = parts_of(location)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    if not has_host:
        return str(_("There is no server in this address. Expected: https://server/path"))
    return None


def proposed_name(location: str, file_name: str) -> str:
    """For a source whose name nobody gave: the server's, or the file's without its ending."""
    if location:
        return (parts_of(location).hostname or "").removeprefix("www.")
    return file_name.partition(".")[0].replace("_", " ").strip() or str(_("Uploaded file"))


def without_userinfo(location: str) -> tuple[str, SourceCredentials | None]:
    """https://user:password@server is kept as credentials, where it is encrypted."""
    if not parts_of(location).username:
        return location, None
    scheme, _separator, rest = location.partition("://")
    netloc, slash, path = rest.partition("/")
    userinfo, _at, server = netloc.rpartition("@")
    user, _colon, password = userinfo.partition(":")
    credentials = SourceCredentials(CredentialKind.BASIC, unquote(user), unquote(password))
    return f"{scheme}://{server}{slash}{path}", credentials
