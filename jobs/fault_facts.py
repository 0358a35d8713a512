"""What is kept of an unexpected exception: what was raised, where in our code, and how it came
there."""

import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from webapp.config import REPOSITORY

OUR_FOLDERS = ("jobs/", "webapp/")
_FILE = re.compile(r'File "([^"\n]+)"')


@dataclass(frozen=True, slots=True)
class FaultFacts:
    """Secrets may still be in `message` and `traceback`."""

    exception: str
    place: str
    message: str
    traceback: str


def fault_facts(error: BaseException) -> FaultFacts:
    exception, place = kind_of(error)
    written = "".join(traceback.format_exception(error))
    return FaultFacts(
        exception,
        place,
        message=str(cause_of(error)),
        traceback=_FILE.sub(lambda found: f'File "{_path_within(found[1])}"', written).rstrip(),
    )


def kind_of(error: BaseException) -> tuple[str, str]:
    """What was raised, and the innermost function of ours that it passed: as long as these are the
    same it counts as the same fault, whatever it says."""
    kind = type(cause_of(error))
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    places = list(_places(error))
    ours = [place for place in places if place.startswith(OUR_FOLDERS)]
    return f"{module}{kind.__qualname__}", (ours or places or [""])[-1]


def cause_of(error: BaseException) -> BaseException:
    """What the database's driver said, where SQLAlchemy has wrapped it."""
    return (error.orig or error) if isinstance(error, DBAPIError) else error


def _places(error: BaseException) -> Iterator[str]:
    """From the outermost function to the one that raised."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        yield f"{_path_within(code.co_filename)}, {code.co_qualname}"


def _path_within(file: str) -> str:
    """Relative to the project or to where libraries lie: nobody needs to know this machine."""
    folders = [entry for entry in (*sys.path, str(REPOSITORY)) if entry]
    within = [entry for entry in folders if file.startswith(f"{entry}/")]
    return file[len(max(within, key=len)) + 1 :] if within else Path(file).name
