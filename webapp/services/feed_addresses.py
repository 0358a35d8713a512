"""Where a source's feed is fetched from, what its server asks for, and which files belong to it."""

from dataclasses import dataclass, field

from webapp.addresses import same_server
from webapp.fetching import Fetching
from webapp.models import Source, utc_now
from webapp.services.credentials import (
    CredentialsUnreadable,
    SourceCredentials,
    encrypted_credentials,
)
from webapp.services.locations import location_of, set_location


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """Everything in it has been checked. Without a location: files are sent in."""

    location: str = ""
    credentials: SourceCredentials | None = None
    fetching: Fetching = field(default_factory=Fetching)


def set_feed_address(source: Source, address: FeedAddress) -> None:
    """A new location is read from scratch; the source may be one that was never stored."""
    fetching = address.fetching
    if address.location != _known_location(source):
        fetching = _for_new_location(source, address)
        source.etag = source.last_modified = source.content_sha256 = None
        source.located_at = utc_now()
    set_location(source, address.location)
    source.fetching = fetching.as_document()
    source.credentials = encrypted_credentials(address.credentials) if address.credentials else None


def _known_location(source: Source) -> str | None:
    """None when there is none yet, or when nobody can read it any more."""
    if source.location is None:
        return None
    try:
        return location_of(source)
    except CredentialsUnreadable:
        return None


def _for_new_location(source: Source, address: FeedAddress) -> Fetching:
    """What is known of a server or of its files does not hold for another."""
    unknown: dict[str, object] = {"read_up_to": None, "read_with_it": ()}
    if source.location is None or not same_server(source.location, address.location):
        unknown |= {"host_key": None, "offered_key": None}
    return address.fetching.model_copy(update=unknown)
