"""The real commands as processes, over an empty database of the tests' engines."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_answers import Answer, Feeds, Flasks
from flask import Flask

from demo.kyero import write_kyero

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def flask(app: Flask, engines: dict[str, str]) -> Flasks:
    """Run `flask …`; keywords change its environment."""

    def run(*arguments: str, **environment: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **engines, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def feed(tmp_path: Path) -> Feeds:
    """Write a feed of fictional offers; keywords as of write_kyero."""

    def write(**parameters: Any) -> Path:
        path = tmp_path / f"feed-{len(list(tmp_path.iterdir()))}.xml"
        write_kyero(path, **parameters)
        return path

    return write
