"""Who sent a request: vendors' own libraries get in, what is wrong is told apart and kept out."""

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
import stripe
import svix
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from webapp.hooks.verification import RefusalCause, SignedRequest, refusal_of
from webapp.webhooks import WebhookSettings

NOW = 1_790_000_000
BODY = '{"id":"A1","price":100000}'
WHSEC = "whsec_" + base64.b64encode(b"a lighthouse keeper's secret").decode()
STANDARD = WebhookSettings()
STRIPE = WebhookSettings(scheme="timestamped-hmac", header="Stripe-Signature")
GITHUB = WebhookSettings(scheme="hmac", header="X-Hub-Signature-256", prefix="sha256=")
KEY = WebhookSettings(scheme="api-key", key_name="X-Api-Key")
BASIC = WebhookSettings(scheme="basic", username="lirio")
ALL = (STANDARD, STRIPE, GITHUB, KEY, BASIC)


def judged(
    settings: WebhookSettings,
    headers: dict[str, str],
    *secrets: str,
    body: str = BODY,
    now: int = NOW,
    **request: Any,
) -> RefusalCause | None:
    lowered = {name.lower(): value for name, value in headers.items()}
    asked = SignedRequest(lowered, request.pop("query", {}), body.encode(), **request)
    return refusal_of(asked, settings, secrets, now)


def standard_headers(signature: str, at: int = NOW) -> dict[str, str]:
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signature}


def signed_by_standard_webhooks(secret: str = WHSEC, at: int = NOW) -> dict[str, str]:
    sender = standardwebhooks.Webhook(secret)
    return standard_headers(sender.sign("msg_1", datetime.fromtimestamp(at, UTC), BODY), at)


def signed_by_stripe(secret: str = "whsec_stripe", at: int = NOW) -> dict[str, str]:
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{BODY}", secret)
    return {"Stripe-Signature": f"t={at},v1={signature}"}


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def test_what_the_library_of_standard_webhooks_signs_gets_in() -> None:
    assert judged(STANDARD, signed_by_standard_webhooks(), WHSEC) is None


def test_what_the_library_of_svix_signs_gets_in() -> None:
    signature = svix.Webhook(WHSEC).sign("msg_1", datetime.fromtimestamp(NOW, UTC), BODY)
    headers = {"svix-id": "msg_1", "svix-timestamp": str(NOW), "svix-signature": signature}
    assert judged(STANDARD, headers, WHSEC) is None


def test_what_the_library_of_stripe_signs_gets_in() -> None:
    headers = signed_by_stripe(at=int(time.time()))
    stripe.Webhook.construct_event(BODY, headers["Stripe-Signature"], "whsec_stripe")
    assert judged(STRIPE, headers, "whsec_stripe", now=int(time.time())) is None


def test_a_public_key_verifies_v1a_and_no_v1() -> None:
    private = Ed25519PrivateKey.generate()
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    settings = WebhookSettings(scheme="standard-webhooks-ed25519", public_key=f"whpk_{public}")
    signed = base64.b64encode(private.sign(f"msg_1.{NOW}.{BODY}".encode())).decode()
    assert judged(settings, standard_headers(f"v1,AAAA v1a,{signed}")) is None
    wrong = judged(settings, standard_headers(f"v1,{signed}"))
    assert wrong is RefusalCause.MALFORMED_SIGNATURE
    tampered = judged(settings, standard_headers(f"v1a,{signed}"), body=f"{BODY} ")
    assert tampered is RefusalCause.WRONG_SIGNATURE


def test_of_two_secrets_in_force_each_gets_in_and_a_third_does_not() -> None:
    old = "whsec_" + base64.b64encode(b"the keeper's former secret").decode()
    for secret in (WHSEC, old):
        assert judged(STANDARD, signed_by_standard_webhooks(secret), WHSEC, old) is None
    refused = judged(STANDARD, signed_by_standard_webhooks(old), WHSEC)
    assert refused is RefusalCause.WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("settings", "headers", "secret"),
    [
        (STANDARD, signed_by_standard_webhooks(), WHSEC),
        (STRIPE, signed_by_stripe(), "whsec_stripe"),
    ],
)
@pytest.mark.parametrize(
    ("moved", "cause"),
    [
        (300, None),
        (-300, None),
        (301, RefusalCause.TOO_OLD),
        (-301, RefusalCause.FROM_THE_FUTURE),
    ],
)
def test_a_signed_time_counts_for_five_minutes_on_both_sides(
    settings: WebhookSettings,
    headers: dict[str, str],
    secret: str,
    moved: int,
    cause: RefusalCause | None,
) -> None:
    assert judged(settings, headers, secret, now=NOW + moved) is cause


def test_an_old_time_of_a_stranger_is_a_wrong_signature_first() -> None:
    headers = signed_by_stripe("whsec_other", at=NOW - 10_000)
    assert judged(STRIPE, headers, "whsec_stripe") is RefusalCause.WRONG_SIGNATURE


@pytest.mark.parametrize("settings", ALL)
def test_without_a_secret_nobody_gets_in(settings: WebhookSettings) -> None:
    assert judged(settings, signed_by_standard_webhooks()) is RefusalCause.NO_SECRET
    assert judged(settings, signed_by_standard_webhooks(), "") is RefusalCause.NO_SECRET


def test_an_empty_or_unreadable_standard_secret_is_none() -> None:
    empty = (
        "v1,"
        + base64.b64encode(
            hmac.digest(b"", f"msg_1.{NOW}.{BODY}".encode(), hashlib.sha256)
        ).decode()
    )
    for secret in ("whsec_", "whsec_***"):
        assert judged(STANDARD, standard_headers(empty), secret) is RefusalCause.NO_SECRET


@pytest.mark.parametrize("settings", ALL)
def test_a_request_without_a_signature_says_so(settings: WebhookSettings) -> None:
    assert judged(settings, {}, WHSEC) is RefusalCause.MISSING_SIGNATURE


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        (STANDARD, standard_headers("v1,***")),
        (STANDARD, standard_headers("a,b,c")),
        (STANDARD, standard_headers("v1")),
        (STANDARD, standard_headers("v1,AAAA") | {"webhook-timestamp": "hello"}),
        (STANDARD, standard_headers("v1,AAAA") | {"webhook-timestamp": "²"}),
        (STANDARD, standard_headers("v1,AAAA") | {"webhook-timestamp": "9" * 400}),
        (STRIPE, {"Stripe-Signature": "t=Infinity,v1=00"}),
        (STRIPE, {"Stripe-Signature": "t=1,t=2,v1=00"}),
        (STRIPE, {"Stripe-Signature": "v1=00"}),
        (STRIPE, {"Stripe-Signature": "good morning"}),
        (GITHUB, {"X-Hub-Signature-256": "00"}),
        (GITHUB, {"X-Hub-Signature-256": "sha256="}),
        (GITHUB, {"X-Hub-Signature-256": "sha256=zz"}),
        (BASIC, {"Authorization": "Basic"}),
        (BASIC, {"Authorization": "Basic ü"}),
        (BASIC, {"Authorization": "Bearer bGlyaW86cGE="}),
        (BASIC, basic("no colon")),
    ],
)
def test_a_malformed_signature_is_told_from_a_wrong_one(
    settings: WebhookSettings, headers: dict[str, str]
) -> None:
    assert judged(settings, headers, WHSEC) is RefusalCause.MALFORMED_SIGNATURE


def test_a_password_may_hold_colons_and_the_user_must_be_right() -> None:
    assert judged(BASIC, basic("lirio:pa:ss"), "pa:ss") is None
    assert judged(BASIC, basic("other:pa:ss"), "pa:ss") is RefusalCause.WRONG_SIGNATURE
    assert judged(BASIC, basic("lirio:pa"), "pa:ss") is RefusalCause.WRONG_SIGNATURE


def test_a_key_stands_in_the_header_or_the_query_behind_its_prefix() -> None:
    bearer = WebhookSettings(scheme="api-key", key_name="Authorization", prefix="Bearer ")
    assert judged(bearer, {"Authorization": "Bearer k-1"}, "k-1") is None
    assert judged(bearer, {"Authorization": "k-1"}, "k-1") is RefusalCause.MALFORMED_SIGNATURE
    query = WebhookSettings(scheme="api-key", location="query", key_name="key")
    assert judged(query, {}, "k-1", query={"key": "k-1"}) is None
    assert judged(query, {"key": "k-1"}, "k-1") is RefusalCause.MISSING_SIGNATURE


def test_an_hmac_in_base64url_of_sha512_is_read() -> None:
    settings = WebhookSettings(
        scheme="hmac", header="X-Sign", algorithm="sha512", encoding="base64url"
    )
    digest = hmac.digest(b"s", BODY.encode(), "sha512")
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert judged(settings, {"X-Sign": signature}, "s") is None


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("203.0.113.7", None),
        ("::ffff:203.0.113.7", None),
        ("2001:db8::1", None),
        ("198.51.100.1", RefusalCause.WRONG_ADDRESS),
        ("", RefusalCause.WRONG_ADDRESS),
        ("not an address", RefusalCause.WRONG_ADDRESS),
    ],
)
def test_the_list_of_addresses_comes_on_top_of_the_key(
    address: str, cause: RefusalCause | None
) -> None:
    settings = WebhookSettings(
        scheme="api-key", allowed_networks=("203.0.113.0/24", "2001:db8::/32")
    )
    headers = {"X-Api-Key": "k-1"}
    assert judged(settings, headers, "k-1", remote_address=address) is cause


@given(
    st.sampled_from(ALL),
    st.dictionaries(
        st.sampled_from(
            [
                "webhook-id", "webhook-timestamp", "webhook-signature", "svix-signature",
                "stripe-signature", "x-hub-signature-256", "x-api-key", "authorization",
            ]
        ),
        st.one_of(
            st.text(max_size=40),
            st.from_regex(r"(t=\d{1,12},)?v1[=,][A-Za-z0-9+/=]{0,60}", fullmatch=True),
        ),
    ),
    st.binary(max_size=60),
)  # fmt: skip
def test_no_header_whatever_it_holds_is_let_in_or_raises(
    settings: WebhookSettings, headers: dict[str, str], body: bytes
) -> None:
    request = SignedRequest(headers, {}, body, "203.0.113.7")
    assert isinstance(refusal_of(request, settings, [WHSEC, "second"], NOW), RefusalCause)
