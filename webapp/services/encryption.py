"""The one key by which what vendors' servers ask for is encrypted at rest."""

from cryptography.fernet import Fernet
from flask import current_app


def fernet() -> Fernet:
    return Fernet(current_app.config["OFFERDOCK"].encryption_key)
