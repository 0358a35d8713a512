"""A press on "Run now" of a small source, as its page tells it: idle, and beside an import."""

from collections.abc import Sequence
from statistics import median

from bench.person import Person, Press
from bench.report import Figure, at_most

PRESSES = 5


def press_run_now(person: Person, source_id: int) -> list[Press]:
    return [person.run_now(source_id) for _ in range(PRESSES)]


def run_now_figures(idle: Sequence[Press], busy: Sequence[Press]) -> list[Figure]:
    """Bars hold for the slowest press; ratios are those of the medians."""
    calm, loaded = (median(press.on_page for press in some) for some in (idle, busy))
    return [
        at_most("“Run now”, 133 offers, until the page says so",
                max(press.on_page for press in idle), 3, "s", _note(idle)),
        at_most("the same while importing ÷ idle", loaded / calm, 1.5, "×", _note(busy)),
    ]  # fmt: skip


def _note(presses: Sequence[Press]) -> str:
    on_page = median(press.on_page for press in presses)
    in_fact = median(press.in_fact for press in presses)
    slowest = max(press.in_fact for press in presses)
    return f"median {on_page:.2f} s; in fact {in_fact:.2f} s, at most {slowest:.2f} s"
