"""Hashing and checking passwords (argon2id through pwdlib)."""

from functools import cache

from flask_babel import gettext as _
from pwdlib import PasswordHash

SHORTEST = 10
# Hashing costs time by length too; no password manager makes longer ones.
LONGEST = 200


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the password of nobody")


def hash_password(password: str) -> str:
    return _hasher().hash(password)


def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Whether it matches, and a fresh hash when the stored one is weaker than today's.

    Without a stored hash the same work is done in vain, so that the time tells nothing.
    """
    if password_hash is None:
        _hasher().verify(password, _nobodys_hash())
        return False, None
    return _hasher().verify_and_update(password, password_hash)


def weakness(password: str, *known: str) -> str | None:
    """Why the password won't do, or None. `known`: the person's name and email address."""
    if len(password) < SHORTEST:
        return str(_("Use at least %(number)d characters.", number=SHORTEST))
    if len(password) > LONGEST:
        return str(_("Use at most %(number)d characters.", number=LONGEST))
    if password.lower() in {word.lower() for word in known}:
        return str(_("Your name or email address is too easy to guess."))
    if len(set(password)) < 4:
        return str(_("Use more than three different characters."))
    return None
