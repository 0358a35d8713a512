"""One way to find the encoding of a text, whatever container it is in."""

from pathlib import Path

import pytest

from jobs.errors import PermanentError
from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import read_feed
from jobs.formats.text_encoding import encoding_of_text
from webapp.offers.reading import Container, Reading

TOWNS = "Бургас, Варна, Созопол, Несебър и Поморие край морето"
XML = f"<r><p><t>{TOWNS}</t></p></r>"
JSON = f'[{{"t": "{TOWNS}"}}]'
LINES = f'{{"t": "{TOWNS}"}}\n'
CSV = f"id;t;town\n1;{TOWNS};Varna\n2;x;y\n"
BLM = (
    f"#HEADER#\nVersion : 3\nEOF : '^'\nEOR : '~'\n#DEFINITION#\nt^u^~\n#DATA#\n{TOWNS}^1^~\n#END#"
)
TEXTS: list[tuple[Container, str]] = [
    ("xml", XML),
    ("json", JSON),
    ("jsonl", LINES),
    ("csv", CSV),
    ("blm", BLM),
]


def texts_in(path: Path, container: Container, encoding: str | None = None) -> list[object]:
    paths = {"xml": ("/r/p",), "json": ("[]",)}.get(container, ())
    reading = Reading(container=container, record_paths=paths, encoding=encoding)
    return [raw.as_dict()["t"] for raw in read_feed(path, reading, facts=DocumentFacts())]


@pytest.mark.parametrize(("container", "body"), TEXTS)
@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "cp866"])
def test_every_container_finds_an_old_code_page(
    tmp_path: Path, container: Container, body: str, encoding: str
) -> None:
    path = tmp_path / "feed"
    path.write_bytes(body.encode(encoding))
    assert texts_in(path, container)[0] == TOWNS


@pytest.mark.parametrize(("container", "body"), TEXTS)
def test_every_container_believes_the_mapping(
    tmp_path: Path, container: Container, body: str
) -> None:
    path = tmp_path / "feed"
    path.write_bytes(body.encode("mac-cyrillic"))
    assert texts_in(path, container, "mac-cyrillic")[0] == TOWNS


@pytest.mark.parametrize(("container", "body"), TEXTS)
def test_every_container_names_an_encoding_that_does_not_exist(
    tmp_path: Path, container: Container, body: str
) -> None:
    path = tmp_path / "feed"
    path.write_bytes(body.encode())
    with pytest.raises(PermanentError, match="utf-99") as refused:
        texts_in(path, container, "utf-99")
    assert refused.value.code == "unknown_encoding"


def test_the_first_bytes_decide_before_the_letters(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(TOWNS.encode("windows-1251"))
    assert encoding_of_text(path, None, "utf-16") == "utf-16"
