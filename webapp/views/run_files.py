"""The files that a run read, by the names that people know them by."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from webapp.models import Run


@dataclass(frozen=True, slots=True)
class RunFiles:
    """`names` are the first ones; `waiting`: newer files of changes, for the runs after this."""

    names: list[str]
    count: int
    waiting: int

    @property
    def more(self) -> int:
        return self.count - len(self.names)


def run_files(run: Run) -> RunFiles | None:
    """None where only the address has a name, or nothing was fetched yet."""
    if run.file_path is not None:
        return RunFiles([PurePath(run.file_path).name], 1, 0)
    if run.file_mark is not None:
        return RunFiles([file_of_mark(run.file_mark)], 1, run.files_left)
    details = (step["detail"] for step in run.steps if step["name"] == "fetch")
    fetched: dict[str, Any] = next(details, {})
    if names := fetched.get("files"):
        return RunFiles(names, fetched["file_count"], 0)
    return None


def file_of_mark(mark: str | None) -> str:
    """A mark such as "20261122101500 a.xml" orders files by time and name."""
    return (mark or "").partition(" ")[2]
