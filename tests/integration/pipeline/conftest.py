"""A demo vendor, files that sources read, and the configuration that lets them be fetched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from kyero_by_hand import FeedFile
from sqlalchemy.orm import Session, scoped_session

from demo.vendor import running_vendor
from jobs.mappings import compiled_mapping, mapping_document
from webapp.config import Config


@pytest.fixture(scope="session")
def vendor() -> Iterator[str]:
    with running_vendor() as base_url:
        yield base_url


@pytest.fixture(autouse=True)
def database(session: scoped_session[Session]) -> scoped_session[Session]:
    """Every test here works on an empty database and an empty Valkey, whose ids begin anew."""
    compiled_mapping.cache_clear()
    mapping_document.cache_clear()
    return session


@pytest.fixture
def configure(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Changes settings for one test: configure(lease_seconds=1)."""

    def change(**settings: Any) -> Config:
        changed = replace(app.config["OFFERDOCK"], **settings)
        monkeypatch.setitem(app.config, "OFFERDOCK", changed)
        return changed

    return change


@pytest.fixture(autouse=True)
def reachable_vendor(vendor: str, configure: Any) -> None:
    configure(allowed_private_hosts=frozenset({urlsplit(vendor).netloc}))


@pytest.fixture
def file(tmp_path: Path) -> FeedFile:
    return FeedFile(tmp_path)
