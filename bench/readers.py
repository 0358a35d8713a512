"""`python -m bench.readers`: the readers' speed, and their memory for a small and a huge feed."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple, TextIO

from jobs.formats.facts import DocumentFacts
from jobs.formats.feed import READERS, read_feed
from webapp.offers.reading import Reading

FEW, MANY = 10_000, 1_000_000
BAR = 1.10
"""How much more memory the huge feed may take."""

_STATUS = Path("/proc/self/status")


class Measured(NamedTuple):
    records: int
    seconds: float
    memory: int
    """The most that was resident, in kB."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.readers", description=__doc__)
    parser.add_argument("--records", type=int, default=MANY, help="of the huge feed")
    parser.add_argument("--read", nargs=2, metavar=("KIND", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        kind, file = options.read
        print(json.dumps(read_here(READINGS[kind], Path(file))))
        return
    print(f"{'feed':<6} {'records':>10} {'MB':>7} {'records/s':>10} {'peak MB':>8}  memory")
    for kind, reading in READINGS.items():
        if reading.container not in READERS:
            continue
        few, many = (_measured(kind, records) for records in (FEW, options.records))
        growth = many.memory / few.memory
        verdict = f"× {growth:.2f}, {'within' if growth <= BAR else 'over'} {BAR:.2f}"
        print(f"{'':<6} {verdict:>56}", flush=True)


def read_here(reading: Reading, path: Path) -> Measured:
    """In this process, which must have done nothing else."""
    began = perf_counter()
    facts = DocumentFacts()
    for raw in read_feed(path, reading, facts=facts):
        raw.fingerprint()
    seconds = perf_counter() - began
    peak = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return Measured(facts.records, seconds, int(peak.split()[1]))


def _measured(kind: str, records: int) -> Measured:
    with TemporaryDirectory(prefix="bench-readers-") as folder:
        path = Path(folder) / f"feed.{kind}"
        with path.open("w", encoding="utf-8") as file:
            WRITERS[kind](file, records)
        command = [sys.executable, "-m", "bench.readers", "--read", kind, str(path)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        measured = Measured(*json.loads(answer))
        if measured.records != records:
            raise RuntimeError(f"{measured.records} of {records} records of {kind} were read.")
        print(
            f"{kind:<6} {records:>10,} {path.stat().st_size / 1e6:>7.0f} "
            f"{records / measured.seconds:>10,.0f} {measured.memory / 1024:>8.1f}",
            flush=True,
        )
    return measured


def _offers(records: int) -> Iterator[dict[str, str]]:
    text = "Three bedrooms, a terrace and the sea on the other side of the road. " * 4
    for number in range(records):
        yield {
            "id": f"HH-{number}",
            "price": str(90_000 + number % 900 * 1000),
            "town": f"Town {number % 500}",
            "type": "apartment" if number % 3 else "villa",
            "description": text,
            "image": f"https://images.example.com/{number}/1.jpg",
        }


def _write_xml(file: TextIO, records: int) -> None:
    file.write("<root>\n")
    for offer in _offers(records):
        fields = "".join(f"<{name}>{value}</{name}>" for name, value in offer.items())
        file.write(f"<property>{fields}</property>\n")
    file.write("</root>\n")


def _write_csv(file: TextIO, records: int) -> None:
    file.write("id;price;town;type;description;image\n")
    for offer in _offers(records):
        file.write(";".join(offer.values()) + "\n")


def _write_json(file: TextIO, records: int) -> None:
    file.write('{"agency": "Harbour Homes", "offers": [')
    for number, offer in enumerate(_offers(records)):
        file.write(",\n" if number else "\n")
        file.write(json.dumps(offer))
    file.write("]}\n")


def _write_jsonl(file: TextIO, records: int) -> None:
    for offer in _offers(records):
        file.write(json.dumps(offer) + "\n")


READINGS: dict[str, Reading] = {
    "xml": Reading(container="xml", record_paths=("/root/property",)),
    "csv": Reading(container="csv"),
    "json": Reading(container="json", record_paths=("offers[]",)),
    "jsonl": Reading(container="jsonl"),
}
WRITERS: dict[str, Callable[[TextIO, int], None]] = {
    "xml": _write_xml,
    "csv": _write_csv,
    "json": _write_json,
    "jsonl": _write_jsonl,
}

if __name__ == "__main__":
    main()
