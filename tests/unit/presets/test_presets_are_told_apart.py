"""Detection finds each preset by its own fixtures, although many formats share a root."""

from pathlib import Path

import pytest

from jobs.detect import detect_feed
from tests.preset_offers import FEEDS
from webapp.presets import load_preset, preset_names

FIXTURES = sorted(file for file in FEEDS.iterdir() if file.stem in preset_names())


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.name)
def test_a_fixture_is_known_for_what_it_is(file: Path) -> None:
    found = detect_feed(file)
    assert found.preset == file.stem
    assert found.confidence >= 0.8


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_has_a_title_and_says_how_to_recognise_it(name: str) -> None:
    document = load_preset(name)
    assert document.name == name
    assert document.title
    assert document.match is not None
    assert document.match.required or document.match.signs
