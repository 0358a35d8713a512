"""Vendored page files are what VERSIONS.txt says, and the icons are exactly those in use."""

import hashlib
import re

import pytest

from webapp.config import REPOSITORY

VENDOR = REPOSITORY / "static" / "vendor"
ROWS = [
    [cell.strip() for cell in line.split("|")]
    for line in (VENDOR / "VERSIONS.txt").read_text().splitlines()
    if line.count("|") == 4 and not line.startswith("package")
]


@pytest.mark.parametrize(("package", "version", "licence", "file", "sha256"), ROWS)
def test_a_vendored_file_is_unchanged_and_has_its_licence(
    package: str, version: str, licence: str, file: str, sha256: str
) -> None:
    path = VENDOR / file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert (path.parent / "LICENSE").read_text().strip()
    assert version and licence


def test_every_vendored_file_is_listed() -> None:
    files = {
        str(path.relative_to(VENDOR))
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in {"LICENSE", "VERSIONS.txt"}
    }
    assert files == {row[3] for row in ROWS}


def test_the_icons_in_the_sprite_are_those_that_templates_name() -> None:
    sprite = (VENDOR / "lucide" / "sprite.svg").read_text()
    symbols = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    pages = [
        *(REPOSITORY / "templates").rglob("*.html"),
        *(REPOSITORY / "webapp" / "views").rglob("*.py"),
    ]
    templates = "\n".join(path.read_text() for path in pages)
    named = set(re.findall(r'icon\(\s*"([^"]+)"', templates))
    quoted = set(re.findall(r'"([a-z0-9-]+)"', templates))
    assert named - symbols == set(), "named by a template, not in the sprite"
    assert symbols - quoted == set(), "in the sprite, named by no template"
