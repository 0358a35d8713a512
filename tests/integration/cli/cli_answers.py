"""What a command answered: its code, one JSON object or one sentence."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        assert self.stdout.count("\n") == 1, self.stderr
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def refusal(self) -> str:
        """The one sentence of a command that did not do what was asked."""
        assert self.code != 0
        assert "Traceback" not in self.stderr
        assert self.stderr.count("\n") == 1, self.stderr
        return self.stderr.strip()


Flasks = Callable[..., Answer]
Feeds = Callable[..., Path]
