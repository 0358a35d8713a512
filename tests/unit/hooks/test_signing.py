"""What we sign as a vendor would is what verification accepts."""

import pytest

from tests.webhook_schemes import ASYMMETRIC, SYMMETRIC
from webapp.hooks.signing import CannotSign, signed
from webapp.hooks.verification import RefusalCause, SignedRequest, refusal_of

BODY = b'[{"id": "1042"}]'
NOW = 1_795_000_000
SIGNING = [
    name for name, (settings, _) in SYMMETRIC.items() if settings.scheme not in ("api-key", "basic")
]


def verdict(name: str, *, body: bytes = BODY, secret: str | None = None) -> RefusalCause | None:
    settings, own = SYMMETRIC[name]
    headers, query = signed(settings, own, BODY, "msg_1", NOW)
    request = SignedRequest({key.lower(): at for key, at in headers.items()}, query, body)
    return refusal_of(request, settings, [secret or own], NOW)


@pytest.mark.parametrize("name", SYMMETRIC)
def test_a_test_is_signed_as_its_scheme_asks(name: str) -> None:
    assert verdict(name) is None


@pytest.mark.parametrize("name", SIGNING)
def test_the_signature_is_of_this_body(name: str) -> None:
    assert verdict(name, body=BODY + b" ") == RefusalCause.WRONG_SIGNATURE


@pytest.mark.parametrize("name", SYMMETRIC)
def test_the_signature_is_by_this_secret(name: str) -> None:
    other = "whsec_" + "b3RoZXIgc2VjcmV0IG9mIDI0IGJ5dGVz"
    assert verdict(name, secret=other) == RefusalCause.WRONG_SIGNATURE


def test_what_only_the_vendor_can_sign_is_not_signed() -> None:
    settings, _ = ASYMMETRIC["ed25519"]
    with pytest.raises(CannotSign):
        signed(settings, "", BODY, "msg_1", NOW)


def test_a_message_id_is_told_where_it_is_expected() -> None:
    headers, _ = signed(*SYMMETRIC["hmac in base64"], BODY, "msg_1", NOW)
    assert headers["X-Lirio-Id"] == "msg_1"
