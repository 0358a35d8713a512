"""How a source's webhook is signed, what its bodies hold and how much it takes: the document kept
with the webhook. No input or output."""

import ipaddress
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from webapp.offers.mapping_document import Condition, HeaderName, Path

MOST_BYTES = 10 * 1024**2

Scheme = Literal[
    "api-key",
    "basic",
    "hmac",
    "timestamped-hmac",
    "standard-webhooks",
    "standard-webhooks-ed25519",
]


def _header_name(name: str) -> str:
    if name and not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"{name!r} is no name of a header: letters, digits and hyphens only")
    return name


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no address or network such as 203.0.113.7 or 203.0.113.0/24"
        ) from error


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"{url!r} is no web address that starts with https:// or http://")
    return url


HeaderField = Annotated[str, Field(max_length=100), AfterValidator(_header_name)]
Network = Annotated[str, AfterValidator(_network)]
WebAddress = Annotated[str, Field(max_length=2000), AfterValidator(_web_address)]


class WebhookSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: Scheme = "standard-webhooks"
    location: Literal["header", "query"] = "header"
    """api-key: where the key stands."""
    key_name: Annotated[str, Field(max_length=100)] = "X-Api-Key"
    username: Annotated[str, Field(max_length=200)] = ""
    """basic: the secret is the password."""
    algorithm: Literal["sha256", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64", "base64url"] = "hex"
    header: HeaderField = ""
    """hmac, timestamped-hmac: where the signature stands."""
    prefix: Annotated[str, Field(max_length=20)] = ""
    """hmac: what stands before the signature, such as `sha256=`."""
    separator: Literal[".", ","] = "."
    """timestamped-hmac: between the time and the body (Stripe: a dot, Convoy: a comma)."""
    public_key: Annotated[str, Field(max_length=200)] = ""
    """standard-webhooks-ed25519: `whpk_…`."""
    tolerance: Annotated[int, Field(ge=10, le=86_400)] = 300
    """Seconds that a signed time may lie in the past or in the future."""
    message_id_header: HeaderField = ""
    """Tells a repeated message. Empty: the scheme's own header, else the body's SHA-256."""

    allowed_networks: Annotated[tuple[Network, ...], Field(max_length=100)] = ()
    """Empty: any address."""
    max_bytes: Annotated[int, Field(ge=1_024, le=MOST_BYTES)] = 1024**2
    rate_per_minute: Annotated[int, Field(ge=1, le=600_000)] = 6_000
    paused_answer: Literal["keep", "refuse"] = "keep"
    """While the source is paused: keep deliveries until it goes on, or answer 503."""

    shape: Literal["records", "ids", "ring"] = "records"
    """A body holds the offers; or the ids of those that changed; or only says that some did."""
    records_at: Annotated[str, Field(max_length=300)] = ""
    """Where in the body the records are, as a record path. Empty: found by itself."""
    header_values: dict[HeaderName, Path] = Field(default_factory=dict)
    """What every record gets of the body around it, under names such as `#event`."""
    withdrawn_when: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()
    """A record for which any of them holds says that its offer is gone."""
    partial: bool = False
    """A record holds only what changed."""
    version_at: Path | None = None
    """The vendor's number or time of the record's state; it orders deliveries."""
    ids_at: Path | None = None
    detail_url: WebAddress = ""
    """ids: the address of one offer, with {id} in it."""
    list_url: WebAddress = ""
    """ids: fetched first, where the body itself has no ids."""
    detail_at: Annotated[str, Field(max_length=300)] = ""
    """ids: where in the answer the record is. Empty: found by itself."""

    receipt_url: WebAddress = ""
    """Told what became of every delivery."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.scheme in ("hmac", "timestamped-hmac") and not self.header:
            raise ValueError("say in which header the signature stands")
        if self.scheme == "api-key" and not self.key_name:
            raise ValueError("say in which header or parameter the key stands")
        if self.scheme == "basic" and not self.username:
            raise ValueError("say the user name that the vendor sends")
        if self.scheme == "standard-webhooks-ed25519" and not self.public_key:
            raise ValueError("say the vendor's public key, which starts with whpk_")
        if self.shape == "ids" and "{id}" not in self.detail_url:
            raise ValueError("the address of one offer must have {id} in it")
        if self.shape == "ids" and self.ids_at is None:
            raise ValueError("say where the ids of the changed offers are")
        return self

    @property
    def needs_secret(self) -> bool:
        """Shared with the vendor; otherwise only the vendor has the key."""
        return self.scheme != "standard-webhooks-ed25519"

    def as_document(self) -> dict[str, Any]:
        """As it is kept with the webhook."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
