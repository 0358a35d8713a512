"""Passwords and keys that vendors put into their feeds: hidden in a record before it is stored, and
in a file's header as it is read, because people of the agency read both. Addresses stay as they
are, or pictures would not load; pages mask what their query strings carry."""

import re
from functools import lru_cache
from typing import Any

from webapp.offers.patterns import compiled_pattern

MASK = "***"
# How every secret name ends in the serialised record, for one look at all of it.
ENDS = (
    "(?:password|passwort|passwd|pwd|phrase|wachtwoord|kennwort|key|token|secret|contrase[nñ]a|"
    'passe|senha|пароль|парола)":'
)
SEPARATORS = re.compile(r"[^\w]|_")
SECRET = re.compile(
    r".*(?:password|passwd|passwort|passphrase|wachtwoord|kennwort|contrase[nñ]a|motdepasse|"
    r"пароль|парола|apikey|apisecret|secretkey|clientsecret|privatekey|securitykey|accesskey|"
    r"authkey|accesstoken|authtoken|apitoken|bearertoken)|pwd|secret|token|senha"
)
USER = frozenset({"user", "username", "userid", "login", "loginname", "benutzername", "usuario"})


def may_hold_secrets(serialised: bytes) -> bool:
    """A quick look before the careful one: nearly no record of any feed holds a secret."""
    return compiled_pattern(ENDS).search(serialised) is not None


def masked_record(node: Any) -> Any:
    """A copy with every secret hidden, and the user names beside a password too."""
    if isinstance(node, list):
        return [masked_record(item) for item in node]
    if not isinstance(node, dict):
        return node
    secret = _secret_names(node)
    return {
        name: MASK if name in secret and value else masked_record(value)
        for name, value in node.items()
    }


def mask_members(record: dict[str, Any]) -> None:
    """Hides those of the record itself, in place."""
    for name in _secret_names(record):
        record[name] = MASK if record[name] else record[name]


def _secret_names(record: dict[str, Any]) -> set[str]:
    secret = {name for name in record if SECRET.fullmatch(_plain(name))}
    if secret:
        secret |= {name for name in record if _plain(name) in USER}
    return secret


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return SEPARATORS.sub("", name).casefold()
