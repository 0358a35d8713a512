"""docs/feeds.md tells people of every preset what the preset itself says."""

import re
from pathlib import Path

import pytest

from webapp.presets import load_preset, preset_names

PAGE = Path(__file__).parents[3] / "docs" / "feeds.md"
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE))


def test_every_preset_has_its_row() -> None:
    assert sorted(ROWS) == sorted(preset_names())


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_says_container_and_meaning_as_the_preset_does(name: str) -> None:
    preset = load_preset(name)
    _format, container, holds, removal, _special = ROWS[name].split(" | ")
    assert container.split()[0].rstrip(",").lower() == preset.reading.container
    meaning = {"snapshot": "all", "delta": "changes"}[preset.semantics]
    assert holds == ("header" if preset.semantics_at else meaning)
    assert (removal == "absence") == (not preset.withdrawn_when)
