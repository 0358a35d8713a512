"""Where messages can go: checks what a person typed and brings it into the form that Apprise reads.

Only services that are reached over the network: nothing here runs a program or writes a file.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

import apprise
from apprise.utils.parse import parse_url

from webapp.apprise_lines import lines_of_apprise

EMAIL = "email"
# Apprise's module of each service, under the name of the kind that we show.
_KINDS = {
    "email": EMAIL,
    "email.base": EMAIL,
    "slack": "slack",
    "msteams": "teams",
    "workflows": "teams",
    "telegram": "telegram",
    "discord": "discord",
    "google_chat": "google_chat",
    "mattermost": "mattermost",
    "rocketchat": "rocketchat",
    "matrix": "matrix",
    "matrix.base": "matrix",
    "ntfy": "ntfy",
    "pushover": "pushover",
    "gotify": "gotify",
    "custom_json": "webhook",
}
KINDS = tuple(dict.fromkeys(_KINDS.values()))
LONGEST = 2_000
# Before Apprise is asked: other schemas are never even looked at.
_SCHEMAS = frozenset(
    {"http", "https", "json", "jsons", "mailto", "mailtos", "slack", "msteams"}
    | {"workflow", "workflows", "tgram", "discord", "gchat", "mmost", "mmosts", "rocket"}
    | {"rockets", "matrix", "matrixs", "ntfy", "ntfys", "pover", "gotify", "gotifys"}
)
# Settings of Apprise that name files of this machine, or make it look elsewhere.
_FILES = re.compile(r"template|pgp|wkd|attach|file|cert|config|include", re.I)
_MAILBOX = re.compile(r"[^@\s,;:/?&#<>\"']+@[^@\s,;:/?&#<>\"']+\.[^@\s,;:/?&#<>\"'.]+")


class AddressRefused(ValueError):
    """The message is for the person who typed the address."""


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """`url`: for Apprise, with its secrets; of plain mailboxes mailto: and these."""

    kind: str
    url: str
    masked: str


def checked_address(typed: str) -> ChannelAddress:
    """:raise AddressRefused: nothing can be sent there."""
    typed = typed.strip()
    if len(typed) > LONGEST or any(character < " " for character in typed):
        raise AddressRefused("This is too long for an address, or holds a line break.")
    if "@" in typed and "://" not in typed:
        return _of_mailboxes(typed)
    try:
        schema = urlsplit(typed).scheme.lower()
    except ValueError:
        schema = ""
    if schema not in _SCHEMAS:
        raise AddressRefused(
            "Give e-mail addresses, or the address that Slack, Teams, Telegram, Discord or another "
            "service gave you; it begins with https:// or a word such as tgram://."
        )
    if names_a_file(typed):
        raise AddressRefused("This address names a file or a certificate; that isn’t possible.")
    plugin = service_of(typed) or (
        service_of(_as_webhook(typed)) if schema in ("http", "https") else None
    )
    if plugin is None:
        raise AddressRefused(
            "Parts of this address are missing or wrong. Copy it again from the service it is of."
        )
    url = typed if service_of(typed) else _as_webhook(typed)
    return ChannelAddress(kind_of(plugin) or "", url, _masked(plugin))


def service_of(url: str) -> apprise.NotifyBase | None:
    """Apprise's service for the address; None unless it is one of ours. Asks nobody."""
    with lines_of_apprise():
        try:
            plugin = apprise.Apprise.instantiate(url, asset=_asset())
        except (AttributeError, LookupError, TypeError, ValueError):
            # Some of its services trip over addresses that they don't expect.
            return None
    return plugin if isinstance(plugin, apprise.NotifyBase) and kind_of(plugin) else None


def names_a_file(url: str) -> bool:
    """As Apprise reads it: a query also begins behind a #, and a ; ends a setting too."""
    read = parse_url(url, verify_host=False) or {}  # type: ignore[no-untyped-call]
    return any(_FILES.search(name) for name in read.get("qsd", ()))


def kind_of(plugin: apprise.NotifyBase) -> str | None:
    return _KINDS.get(type(plugin).__module__.removeprefix("apprise.plugins."))


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(
        app_id="Offerdock",
        app_desc="Offerdock",
        app_url="",
        image_url_mask=None,
        image_url_logo=None,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )


def mailboxes_in(url: str) -> str:
    """The recipients of a channel that uses the mail server of Offerdock itself; else empty."""
    is_plain = url.startswith("mailto:") and not url.startswith("mailto://")
    return url.removeprefix("mailto:") if is_plain else ""


def _of_mailboxes(typed: str) -> ChannelAddress:
    boxes = [box for box in re.split(r"[\s,;]+", typed.removeprefix("mailto:")) if box]
    for box in boxes:
        if not _MAILBOX.fullmatch(box):
            raise AddressRefused(f"“{box}” is not an e-mail address.")
    listed = ",".join(boxes)
    return ChannelAddress(EMAIL, f"mailto:{listed}", ", ".join(boxes))


def _as_webhook(typed: str) -> str:
    """Apprise posts JSON to jsons://; what stood behind the question mark is passed on."""
    schema, _, rest = typed.partition("://")
    place, _, query = rest.partition("#")[0].partition("?")
    passed = "&".join(
        f"-{quote(name)}={quote(value)}" for name, value in parse_qsl(query, keep_blank_values=True)
    )
    return f"{'jsons' if schema == 'https' else 'json'}://{place}" + (
        f"?{passed}" if passed else ""
    )


def _masked(plugin: apprise.NotifyBase) -> str:
    """Where it goes, as far as that is no secret."""
    kind = kind_of(plugin)
    if kind == EMAIL:
        return ", ".join(str(address) for _, address in getattr(plugin, "targets", ()))
    host = str(getattr(plugin, "host", "") or "")
    shown: str = plugin.url(privacy=True)  # type: ignore[no-untyped-call]
    schema = shown.partition("://")[0]
    if kind in ("webhook", "mattermost", "rocketchat", "matrix", "gotify"):
        port = getattr(plugin, "port", None)
        return f"{schema}://{host}{f':{port}' if port else ''}/***"
    return f"{schema}://***"
