"""The short name of a thing in addresses and commands, made from its name."""

import re
import unicodedata


def slug_of(name: str) -> str:
    """Lower-case ASCII letters and digits joined by hyphens; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]


def free_slug(name: str, taken: set[str], fallback: str) -> str:
    """A slug of the name that isn't taken: casa-azul, casa-azul-2, …"""
    base = slug_of(name) or fallback
    candidate = base
    number = 2
    while candidate in taken:
        candidate = f"{base}-{number}"
        number += 1
    return candidate
