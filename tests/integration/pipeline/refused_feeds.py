"""What every refused feed must be like, and a source whose offers it must not harm."""

from typing import Any

from pipeline_steps import make_source, run_to_end, sql

from demo.modes import Mode
from webapp.models import Run

FEED = "/kyero/calm-bay.xml?offers=12"
OF_THE_PROGRAM = ("Traceback", "Error(", "jobs/", "0x", "psycopg", "lxml")


def is_for_people(run: Run) -> bool:
    """Says what, where and what to do; shows nothing of the program."""
    said = (run.error_message, run.error_place, run.error_hint)
    return all(said) and not any(word in str(said) for word in OF_THE_PROGRAM)


def snapshot(source: int) -> list[Any]:
    """All that a refused feed could harm."""
    return sql(
        "SELECT external_id, lifecycle, sync_status, data, changed_at, absent_runs FROM offers"
        " WHERE source_id = :id ORDER BY external_id",
        id=source,
    )


def source_with_offers(vendor: str) -> int:
    source = make_source(f"{vendor}{FEED}")
    run_to_end(source)
    return source


def misbehave(source: int, vendor: str, mode: Mode) -> Run:
    """The next run of the source, whose vendor misbehaves from now on."""
    sql("UPDATE sources SET location = :url", url=f"{vendor}{FEED}&mode={mode}")
    return run_to_end(source)
