"""What is kept of a request's headers: without what lets one sign as the vendor."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from webapp.hooks.headers import kept_headers
from webapp.webhooks import WebhookSettings

SIGNED = WebhookSettings(scheme="hmac", header="X-Lirio-Signature")


def kept(headers: dict[str, str], settings: WebhookSettings = SIGNED) -> dict[str, str]:
    builder = EnvironBuilder(method="POST", headers=headers)
    return kept_headers(Request(builder.get_environ()), settings)


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Cookie", "X-Api-Key", "X-Access-Key", "X-Auth", "X-Jwt", "X-Session-Id"],
)
def test_what_looks_like_a_secret_is_masked_whatever_the_scheme(name: str) -> None:
    assert kept({name: "s3cret"})[name] == "***"


def test_the_key_of_the_settings_is_masked_under_any_name() -> None:
    settings = WebhookSettings(scheme="api-key", key_name="X-Lighthouse")
    assert kept({"x-lighthouse": "s3cret"}, settings)["X-Lighthouse"] == "***"


def test_a_key_of_the_query_is_masked_wherever_a_proxy_repeats_it() -> None:
    settings = WebhookSettings(scheme="api-key", location="query", key_name="k")
    builder = EnvironBuilder(
        method="POST",
        query_string="k=s3cr%2Bet",
        headers={"X-Original-Uri": "/hooks/a?k=s3cr%2Bet", "X-Told": "s3cr+et", "X-Other": "b"},
    )
    found = kept_headers(Request(builder.get_environ()), settings)
    assert found["(query)"] == "?k=***" and found["X-Other"] == "b"
    assert found["X-Original-Uri"] == found["X-Told"] == "***"


def test_signatures_and_ids_tell_what_went_wrong() -> None:
    sent = {"X-Lirio-Signature": "sha256=00", "Idempotency-Key": "m1", "Webhook-Id": "msg_1"}
    assert kept(sent).items() >= sent.items()
