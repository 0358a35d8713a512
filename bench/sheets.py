"""`python -m bench.sheets`: reading a large workbook, against what its library takes by itself."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from bench.report import Figure, at_most, figures_table
from jobs.formats.facts import DocumentFacts
from jobs.formats.sheets import read_sheet
from webapp.offers.reading import Reading

ROWS = 100_000
COLUMNS = 20
TIMES = 5


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "offers.xlsx"
        print(f"A workbook of {ROWS:,} rows is written …", file=sys.stderr, flush=True)
        write_workbook(path)
        print(figures_table(sheet_figures(path)))


def sheet_figures(path: Path) -> list[Figure]:
    began = _megabytes(resource.RUSAGE_SELF)
    ours = [_seconds(_read, path)]
    own, opened = _megabytes(resource.RUSAGE_SELF), _megabytes(resource.RUSAGE_CHILDREN)
    bare = [_seconds(_iterate_bare, path)]
    # In turns, so that whatever else the machine does meets both.
    for _ in range(TIMES - 1):
        ours.append(_seconds(_read, path))
        bare.append(_seconds(_iterate_bare, path))
    return [
        at_most(
            f"{ROWS:,} rows × {COLUMNS} ÷ bare python-calamine", min(ours) / min(bare), 1.5, "×",
            f"{min(ours):.2f} s, {min(bare):.2f} s",
        ),
        Figure("memory of the process that opens it", f"{opened:.0f} MB"),
        Figure("what reading added to the memory of this one", f"{own - began:.0f} MB"),
    ]  # fmt: skip


def write_workbook(path: Path) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Offers")
    sheet.append([f"column {number}" for number in range(COLUMNS)])
    for row in range(ROWS):
        texts = [f"text {number} of row {row}" for number in range(COLUMNS - 6)]
        link = f"https://example.com/photos/{row}.jpg"
        sheet.append([row, f"REF-{row}", row * 1.25, row % 2 == 0, None, link, *texts])
    workbook.save(path)


def _read(path: Path) -> int:
    reading = Reading(container="xlsx")
    return sum(1 for _ in read_sheet(path, reading, facts=DocumentFacts()))


def _iterate_bare(path: Path) -> int:
    workbook = CalamineWorkbook.from_path(path)
    return sum(1 for _ in workbook.get_sheet_by_index(0).iter_rows()) - 1


def _megabytes(of: int) -> float:
    return resource.getrusage(of).ru_maxrss / 1e3


def _seconds(work: Callable[[Path], int], path: Path) -> float:
    began = time.perf_counter()
    rows = work(path)
    seconds = time.perf_counter() - began
    if rows != ROWS:
        raise RuntimeError(f"{rows:,} of {ROWS:,} rows were read.")
    return seconds


if __name__ == "__main__":
    main()
