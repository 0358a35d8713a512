"""Every scheme against vectors of its own specification or of those who send by it. They lie beside
the repository, and are no part of it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from webapp.hooks.verification import SignedRequest, refusal_of
from webapp.webhooks import WebhookSettings

VECTORS = Path(__file__).parents[2].parent / "shared" / "webhook_vectors.json"
SETTINGS = ("location", "key_name", "username", "algorithm", "encoding", "header", "prefix")


def vectors() -> list[Any]:
    if not VECTORS.is_file():
        reason = f"there are no vectors in {VECTORS}"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    return [pytest.param(one, id=one["name"]) for one in json.loads(VECTORS.read_text())["vectors"]]


def settings_of(vector: dict[str, Any]) -> WebhookSettings:
    chosen = {name: vector[name] for name in SETTINGS if name in vector}
    chosen |= {"scheme": vector["scheme"], "public_key": vector.get("public_key", "")}
    if "tolerance" in vector:
        chosen["tolerance"] = vector["tolerance"]
    if "value_prefix" in vector:
        chosen["prefix"] = vector["value_prefix"]
    if vector.get("signed_content") == "{t},{body}":
        chosen["separator"] = ","
    return WebhookSettings.model_validate(chosen)


@pytest.mark.parametrize("vector", vectors())
def test_a_vector_is_judged_as_it_says(vector: dict[str, Any]) -> None:
    letter, times = vector.get("body_repeat", ("", 0))
    body = vector["body"] if "body" in vector else letter * times
    request = SignedRequest(
        headers={name.lower(): value for name, value in vector["headers"].items()},
        query=dict(parse_qsl(vector.get("query", ""))),
        body=body.encode(),
    )
    secrets = vector.get("secrets", [])
    cause = refusal_of(request, settings_of(vector), secrets, vector.get("verify_at", 0))
    assert (cause is None) == vector["valid"]
