"""What is verified of a request: pure data, so that every scheme is a function."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedRequest:
    headers: Mapping[str, str]
    """By their names in lower case."""
    query: Mapping[str, str]
    body: bytes
    """Raw, as it came."""
    remote_address: str = ""

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())
