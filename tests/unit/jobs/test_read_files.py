"""Several files read as one feed: each by what it says of itself."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from jobs.errors import PermanentError
from jobs.fetch.request import SpooledFile
from jobs.formats.facts import DocumentFacts
from jobs.read_files import read_files
from webapp.offers.reading import Reading


def written(folder: Path, *texts: str) -> list[SpooledFile]:
    files = []
    for number, text in enumerate(texts, start=1):
        path = folder / f"feed-{number}"
        path.write_text(text)
        files.append(SpooledFile(path, f"part {number}"))
    return files


def read(files: list[SpooledFile], reading: Reading, **more: Any) -> list[tuple[int, Any]]:
    facts = DocumentFacts()
    return [
        (raw.position, raw.as_dict()) for raw in read_files(files, reading, facts=facts, **more)
    ]


def test_the_columns_of_a_later_file_are_its_own(tmp_path: Path) -> None:
    text = "<t><h><n>{}</n><n>price</n></h><r><c>{}</c><c>90</c></r></t>"
    reading = Reading(container="xml", record_paths=("/t/r",), columns_at="/t/h/n", cells="c")
    files = written(tmp_path, text.format("id", 1), text.format("ref", 2))
    assert read(files, reading) == [
        (1, {"id": "1", "price": "90"}),
        (2, {"ref": "2", "price": "90"}),
    ]


def test_the_header_of_a_file_speaks_for_its_own_records(tmp_path: Path) -> None:
    text = '<t mode="{}"><r><id>{}</id></r></t>'
    reading = Reading(container="xml", record_paths=("/t/r",))
    files = written(tmp_path, text.format("change", 1), text.format("delete", 2))
    assert read(files, reading, header={"#mode": "@mode"}) == [
        (1, {"id": "1", "#mode": "change"}),
        (2, {"id": "2", "#mode": "delete"}),
    ]


def test_a_later_file_of_broken_lines_is_refused_however_many_good_ones_were_before(
    tmp_path: Path,
) -> None:
    good = "\n".join(orjson.dumps({"id": number}).decode() for number in range(100))
    files = written(tmp_path, good, '{"id": 1}\n' + '{"id": \n' * 30)
    with pytest.raises(PermanentError) as refused:
        read(files, Reading(container="jsonl"))
    assert refused.value.code == "not_json_lines"
    assert refused.value.place.startswith("part 2")


def test_the_counts_that_files_declare_are_added_up(tmp_path: Path) -> None:
    text = '<t count="{}"><r><id>1</id></r></t>'
    facts = DocumentFacts()
    files = written(tmp_path, text.format(1), text.format(2))
    reading = Reading(container="xml", record_paths=("/t/r",))
    assert len(list(read_files(files, reading, facts=facts))) == 2
    assert (facts.declared_count, facts.records, facts.complete) == (3, 2, True)
