"""Where the records of JSON documents are, whatever their size."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

from jobs.detect.json_outline import json_readings

MANY = 40_000


def offer(number: int) -> dict[str, Any]:
    return {
        "ref": f"A-{number}",
        "price": 1000 + number,
        "city": "Rye",
        "bedrooms": 2,
        "description": "Close to the sea. " * 8,
    }


def written(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document))
    return path


def first_path(file: Path) -> str:
    return json_readings(file)[0].record_paths[0]


def test_a_longer_catalogue_before_the_records_is_none(tmp_path: Path) -> None:
    catalogue = [{"id": number, "name": "x", "sort": number} for number in range(500)]
    document = {"catalogue": catalogue, "answer": {"entries": [offer(1), offer(2)]}}

    assert first_path(written(tmp_path / "feed.json", document)) == "answer.entries[]"


def test_a_large_document_is_looked_at_in_little_memory(tmp_path: Path) -> None:
    offers = [offer(number) for number in range(MANY)]
    file = written(tmp_path / "feed.json", {"head": {"offices": offers[:1]}, "stock": offers})

    tracemalloc.start()
    path = first_path(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path == "stock[]"
    assert peak < file.stat().st_size / 2


def test_what_comes_before_a_flaw_is_found(tmp_path: Path) -> None:
    whole = json.dumps({"stock": [offer(number) for number in range(5_000)]})
    file = tmp_path / "feed.json"
    file.write_text(whole[: len(whole) // 2])

    assert first_path(file) == "stock[]"


def test_names_in_pairs_count_as_names(tmp_path: Path) -> None:
    pairs = [{"code": name, "value": said} for name, said in offer(1).items()]
    document = {
        "offices": [{"id": 1, "name": "Rye", "phone": "01", "email": "a@b.example"}],
        "stock": [{"attributes": pairs}, {"attributes": pairs}],
    }

    assert first_path(written(tmp_path / "feed.json", document)) == "stock[]"
