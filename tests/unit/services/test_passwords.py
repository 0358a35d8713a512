"""Passwords: hashed, compared, and refused when weak."""

from collections.abc import Iterator

import pytest
from flask import Flask
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from webapp.extensions import babel
from webapp.services.passwords import hash_password, verify_password, weakness


@pytest.fixture(autouse=True)
def app_context() -> Iterator[None]:
    app = Flask("passwords")
    babel.init_app(app)
    with app.test_request_context():
        yield


def test_a_password_matches_its_own_argon2_hash_alone() -> None:
    stored = hash_password("seven quiet herons")
    assert stored.startswith("$argon2id$")
    assert verify_password("seven quiet herons", stored) == (True, None)
    assert verify_password("seven quiet heron", stored) == (False, None)
    assert verify_password("seven quiet herons", None) == (False, None)


def test_a_hash_with_weaker_settings_is_replaced_at_the_login() -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    matches, fresh = verify_password("seven quiet herons", weak.hash("seven quiet herons"))
    assert matches
    assert fresh is not None
    assert "m=65536,t=3" in fresh


@pytest.mark.parametrize(
    "password", ["short", "x" * 201, "ines@lantana.example", "Inés Valdemar", "abababababab"]
)
def test_passwords_that_are_guessed_easily_are_refused(password: str) -> None:
    assert weakness(password, "Inés Valdemar", "ines@lantana.example")


def test_a_few_words_in_a_row_are_fine() -> None:
    assert weakness("seven quiet herons", "Inés Valdemar", "ines@lantana.example") is None
