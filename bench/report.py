"""The table that a benchmark prints: what was measured, the figure, its bar, whether it is met."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    work: str
    words: str
    bar: str = ""
    is_met: bool | None = None


def at_most(work: str, value: float, bar: float, unit: str, note: str = "") -> Figure:
    return Figure(work, _words(value, unit, note), f"≤ {_number(bar)} {unit}", value <= bar)


def at_least(work: str, value: float, bar: float, unit: str, note: str = "") -> Figure:
    return Figure(work, _words(value, unit, note), f"≥ {_number(bar)} {unit}", value >= bar)


def exactly(work: str, value: int, bar: int) -> Figure:
    return Figure(work, f"{value:,}", f"{bar:,}", value == bar)


def figures_table(figures: Sequence[Figure]) -> str:
    verdicts = {True: "yes", False: "NO", None: ""}
    rows = [[one.work, one.words, one.bar, verdicts[one.is_met]] for one in figures]
    return table(["work", "figure", "bar", "met"], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown, with its columns in line for reading as it is."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def _words(value: float, unit: str, note: str) -> str:
    return f"{_number(value)} {unit}" + (f" ({note})" if note else "")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
