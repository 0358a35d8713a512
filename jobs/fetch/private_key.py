"""A private key as a person pasted it, made ready for the SSH connection."""

import io

import paramiko
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from jobs.errors import PermanentError
from jobs.fetch.request import Credentials

_Key = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def private_key(credentials: Credentials, place: str) -> paramiko.PKey:
    """:raise PermanentError: damaged, of an unknown kind, or locked with another passphrase"""
    pem = "\n".join(line.strip() for line in credentials.secret.strip().splitlines()) + "\n"
    passphrase = credentials.passphrase.encode() or None
    try:
        key = _loaded(pem.encode(), passphrase)
    except TypeError:
        if passphrase is None:
            raise _unusable("it needs its passphrase", place) from None
        # A passphrase was given to a key that has none.
        key = _loaded(pem.encode(), None)
    except Exception:
        # cryptography raises many kinds; each means that nobody can use this key as it is.
        raise _unusable(
            "it is damaged, of another kind, or its passphrase is wrong", place
        ) from None
    if not isinstance(key, _Key):
        raise _unusable("only Ed25519, ECDSA and RSA keys can be used", place)
    opened = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return paramiko.Ed25519Key.from_private_key(io.StringIO(opened))
    if isinstance(key, rsa.RSAPrivateKey):
        return paramiko.RSAKey.from_private_key(io.StringIO(opened))
    return paramiko.ECDSAKey.from_private_key(io.StringIO(opened))


def _loaded(pem: bytes, passphrase: bytes | None) -> object:
    if b"BEGIN OPENSSH" in pem:
        return load_ssh_private_key(pem, passphrase)
    return load_pem_private_key(pem, passphrase)


def _unusable(why: str, place: str) -> PermanentError:
    return PermanentError(
        "bad_private_key",
        f"The private key of this source can't be used: {why}.",
        "Paste the whole file of the private key again, in OpenSSH or PEM format.",
        place=place,
    )
