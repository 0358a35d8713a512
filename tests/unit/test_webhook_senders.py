"""Well-known senders: what each of them sends is taken by the settings that bear its name."""

import base64
import hashlib
import hmac

import pytest

from webapp.hooks.signing import signed
from webapp.hooks.verification import SignedRequest, refusal_of
from webapp.webhook_senders import SENDERS, settings_for

SECRET = "whsec_" + base64.b64encode(b"the lighthouse keeper's new secret").decode()
BODY = b'{"id": "A1"}'
NOW = 1_764_000_000


def request(headers: dict[str, str], query: dict[str, str] | None = None) -> SignedRequest:
    lower = {name.lower(): value for name, value in headers.items()}
    return SignedRequest(lower, query or {}, BODY, "203.0.113.7")


@pytest.mark.parametrize("name", SENDERS)
def test_what_is_signed_by_a_sender_s_settings_is_taken(name: str) -> None:
    settings = settings_for(name)
    headers, query = signed(settings, SECRET, BODY, "msg_1", NOW)
    assert refusal_of(request(headers, query), settings, [SECRET], NOW) is None
    assert refusal_of(request({}), settings, [SECRET], NOW) is not None


def test_github_s_own_way_of_signing_is_known() -> None:
    digest = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": "m1"}
    assert refusal_of(request(headers), settings_for("github"), [SECRET], NOW) is None


def test_shopify_s_own_way_of_signing_is_known() -> None:
    digest = base64.b64encode(hmac.digest(SECRET.encode(), BODY, "sha256")).decode()
    headers = {"X-Shopify-Hmac-Sha256": digest}
    assert refusal_of(request(headers), settings_for("shopify"), [SECRET], NOW) is None


def test_convoy_joins_time_and_body_by_a_comma() -> None:
    digest = hmac.new(SECRET.encode(), f"{NOW},".encode() + BODY, hashlib.sha256).hexdigest()
    headers = {"X-Convoy-Signature": f"t={NOW},v1={digest}"}
    assert refusal_of(request(headers), settings_for("convoy"), [SECRET], NOW) is None
