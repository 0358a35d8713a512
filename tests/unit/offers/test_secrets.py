"""Passwords and keys in records."""

import orjson
import pytest

from webapp.offers.secrets import MASK, masked_record, may_hold_secrets


@pytest.mark.parametrize(
    "name",
    ["password", "@password", "ftp_password", "Passwort", "apiKey", "api-key", "security_key",
     "access_token", "TOKEN", "client_secret", "contraseña", "пароль", "pwd"],
)  # fmt: skip
def test_a_secret_is_hidden_at_any_depth(name: str) -> None:
    record = {"a": [{name: "hush", "price": "1"}]}
    assert may_hold_secrets(orjson.dumps(record))
    assert masked_record(record) == {"a": [{name: MASK, "price": "1"}]}


def test_the_user_name_beside_a_password_is_hidden_too() -> None:
    record = {"@username": "harbour", "@password": "hush", "agent": {"username": "Ana"}}
    assert masked_record(record) == {
        "@username": MASK,
        "@password": MASK,
        "agent": {"username": "Ana"},
    }


@pytest.mark.parametrize(
    "record",
    [
        {"description": "The key to the secret garden: no password needed"},
        {
            "keywords": "sea",
            "monkey": "1",
            "passage": "2",
            "keyFeatures": ["a"],
            "donkey_token_no": 1,
        },
        {"image": "https://img.example/1.jpg?token=abc"},
        {"password": ""},
    ],
)
def test_what_only_looks_like_a_secret_stays(record: dict[str, object]) -> None:
    assert masked_record(record) == record


def test_a_usual_record_needs_no_careful_look() -> None:
    assert not may_hold_secrets(orjson.dumps({"ref": "A-1", "desc": 'Our password: "token"'}))
