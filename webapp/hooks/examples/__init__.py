"""How to send a delivery, as code that a vendor's developer copies: for each language one program
that signs as the webhook's settings ask and sends one body."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.hooks.examples.body import SampleBody, sample_body
from webapp.hooks.examples.curl import curl_example
from webapp.hooks.examples.node import node_example
from webapp.hooks.examples.php import php_example
from webapp.hooks.examples.python import python_example
from webapp.webhooks import WebhookSettings

__all__ = ["LANGUAGES", "Example", "SampleBody", "examples", "sample_body"]


@dataclass(frozen=True, slots=True)
class Example:
    key: str
    language: str
    needs: str
    code: str


LANGUAGES: dict[str, tuple[str, str, Callable[[WebhookSettings, str, SampleBody], str]]] = {
    "curl": ("curl", "sh, curl", curl_example),
    "python": ("Python", "Python 3", python_example),
    "php": ("PHP", "PHP 8", php_example),
    "node": ("JavaScript", "Node.js 18, as send.mjs", node_example),
}


def examples(settings: WebhookSettings, url: str, body: SampleBody) -> list[Example]:
    """`YOUR_SECRET` stands where the secret goes: only the agent has it."""
    return [
        _example(key, language, needs, write(settings, url, body))
        for key, (language, needs, write) in LANGUAGES.items()
    ]


def _example(key: str, language: str, needs: str, code: str) -> Example:
    """A shell's signatures are openssl's work; where nothing is signed it isn't needed."""
    return Example(key, language, f"{needs}, openssl" if "openssl" in code else needs, code)
