"""Every code that a record may be marked with is explained in docs/problems.md, in its words."""

import re
from pathlib import Path

from webapp.offers.problems import PROBLEMS

PAGE = (Path(__file__).parents[3] / "docs" / "problems.md").read_text()


def test_each_code_has_its_section_with_cause_and_remedy() -> None:
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S))
    assert sections.keys() == PROBLEMS.keys()
    for code, kind in PROBLEMS.items():
        assert kind.message in sections[code]
        assert kind.hint in sections[code]


def test_a_code_stands_under_what_it_means_for_the_offer() -> None:
    parts = re.split(r"^## (\w+)$", PAGE, flags=re.M)
    found = {
        code: heading
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
        for code in re.findall(r"^### `(\w+)`", text, re.M)
    }
    headings = {"error": "Errors", "warning": "Warnings", "info": "Notes"}
    assert found == {code: headings[kind.severity] for code, kind in PROBLEMS.items()}
